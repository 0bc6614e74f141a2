#include "bench/report/summary.h"

#include <algorithm>
#include <map>
#include <utility>

#include "wal/base/check.h"

namespace wallet::bench {
namespace {

constexpr std::pair<const char*, const char*> kTitles[] = {
    {"batch", "Charges in batches of 1,000"},
    {"single", "Single charges, many at the same time"},
    {"one", "Single charges, one caller at a time"},
    {"mixed", "Mixed: 60 % charge, 36 % reads, 4 % withdraw, 100 users"},
    {"balance", "Balance reads, single calls"},
    {"balance_batched", "Balance reads, batched or pipelined"},
    {"http", "HTTP: POST /charge"},
};

std::string NameOf(const std::string& system) {
  static const std::map<std::string, std::string> kNames = {{"disk", "bare disk"},
                                                            {"postgresql", "PostgreSQL"},
                                                            {"postgresql-plain", "PG, no HTTP"},
                                                            {"redis", "Redis"},
                                                            {"tigerbeetle", "TigerBeetle"}};
  const auto name = kNames.find(system);
  return name == kNames.end() ? system : name->second;
}

Entry MakeEntry(const std::vector<const Row*>& rounds) {
  Entry entry{.system = rounds[0]->system,
              .name = NameOf(rounds[0]->system),
              .quoted = rounds[0]->round == 0,
              .rounds = static_cast<int>(rounds.size()),
              .how = rounds[0]->how};
  std::vector<double> rates, p50s, p99s;
  for (const Row* row : rounds) {
    rates.push_back(row->rate);
    p50s.push_back(row->p50_ms);
    p99s.push_back(row->p99_ms);
  }
  entry.rate = Median(rates);
  entry.lowest = *std::ranges::min_element(rates);
  entry.highest = *std::ranges::max_element(rates);
  entry.p50_ms = Median(p50s);
  entry.p99_ms = Median(p99s);
  return entry;
}

std::vector<Entry> EntriesOf(const std::string& workload, const std::vector<Row>& rows) {
  std::vector<std::string> systems;
  std::map<std::string, std::vector<const Row*>> by_system;
  for (const Row& row : rows) {
    if (row.workload != workload) continue;
    if (!by_system.contains(row.system)) systems.push_back(row.system);
    by_system[row.system].push_back(&row);
  }
  std::vector<Entry> entries;
  for (const std::string& system : systems) entries.push_back(MakeEntry(by_system[system]));
  return entries;
}

using RatesByRound = std::map<int, std::vector<double>>;

RatesByRound RatesOf(const std::string& workload, const std::string& system,
                     const std::vector<Row>& rows) {
  RatesByRound rates;
  for (const Row& row : rows) {
    if (row.workload == workload && row.system == system) rates[row.round].push_back(row.rate);
  }
  return rates;
}

// As many measurements in a round took turns: each has its neighbour.
void AddRatios(const std::vector<double>& wallet, const std::vector<double>& other,
               std::vector<double>& ratios) {
  if (wallet.size() != other.size()) return ratios.push_back(Median(wallet) / Median(other));
  for (size_t i = 0; i < wallet.size(); ++i) ratios.push_back(wallet[i] / other[i]);
}

double RatioOf(const Entry& wallet, const Entry& other, const std::string& workload,
               const std::vector<Row>& measured) {
  const RatesByRound wallets = RatesOf(workload, wallet.system, measured);
  std::vector<double> ratios;
  for (const auto& [round, rates] : RatesOf(workload, other.system, measured)) {
    const auto same = wallets.find(round);
    if (same != wallets.end()) AddRatios(same->second, rates, ratios);
  }
  return ratios.empty() ? wallet.rate / other.rate : Median(ratios);
}

void SetRatios(const std::vector<Row>& measured, Comparison& comparison) {
  std::vector<Entry>& entries = comparison.entries;
  const auto wallet = std::ranges::find(entries, "wallet", &Entry::system);
  if (wallet == entries.end()) return;
  std::rotate(entries.begin(), wallet, wallet + 1);
  for (size_t i = 1; i < entries.size(); ++i) {
    entries[i].wallet_ratio = RatioOf(entries[0], entries[i], comparison.workload, measured);
  }
}

}  // namespace

double Median(std::vector<double> numbers) {
  WALLET_CHECK(!numbers.empty());
  std::ranges::sort(numbers);
  const size_t half = numbers.size() / 2;
  return numbers.size() % 2 == 1 ? numbers[half] : (numbers[half - 1] + numbers[half]) / 2;
}

std::vector<Comparison> Summarise(const std::vector<Row>& measured,
                                  const std::vector<Row>& quoted) {
  std::vector<Comparison> comparisons;
  for (const auto& [workload, title] : kTitles) {
    Comparison comparison{workload, title, EntriesOf(workload, measured)};
    if (comparison.entries.empty()) continue;
    std::ranges::move(EntriesOf(workload, quoted), std::back_inserter(comparison.entries));
    SetRatios(measured, comparison);
    comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

}  // namespace wallet::bench
