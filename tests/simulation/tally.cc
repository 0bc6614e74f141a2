#include "tests/simulation/tally.h"

#include <algorithm>

namespace wallet::simulation {
namespace {

void PrintCounts(std::FILE* out, const char* title, const std::map<std::string, int64_t>& counts) {
  std::fprintf(out, "%s:", title);
  const char* separator = " ";
  for (const auto& [name, count] : counts) {
    std::fprintf(out, "%s%s %lld", separator, name.c_str(), static_cast<long long>(count));
    separator = ", ";
  }
  std::fprintf(out, "\n");
}

}  // namespace

void Tally::Add(const Report& report) {
  ++seeds;
  simulated_us += report.simulated_us;
  steps += report.steps;
  calls += report.calls;
  answers += report.answers;
  bank_calls += report.bank_calls;
  changes += report.changes;
  operations += report.operations();
  transactions += report.transactions;
  withdrawals += report.withdrawals;
  crashes += report.crashes;
  stops += report.stops;
  failed_starts += report.failed_starts;
  snapshots += report.snapshots;
  backups += report.backups;
  file_failures += report.file_failures;
  rots += report.rots;
  for (const auto& [code, count] : report.outcomes) outcomes[code] += count;
  for (const auto& [to, count] : report.moves) moves[to] += count;
}

std::map<std::string, int64_t*> Tally::Numbers() {
  return {{"seeds", &seeds},
          {"simulated_us", &simulated_us},
          {"steps", &steps},
          {"calls", &calls},
          {"answers", &answers},
          {"bank_calls", &bank_calls},
          {"changes", &changes},
          {"operations", &operations},
          {"transactions", &transactions},
          {"withdrawals", &withdrawals},
          {"crashes", &crashes},
          {"stops", &stops},
          {"failed_starts", &failed_starts},
          {"snapshots", &snapshots},
          {"backups", &backups},
          {"file_failures", &file_failures},
          {"rots", &rots}};
}

void Tally::Write(std::FILE* out) const {
  const auto line = [&](const char* kind, const std::string& name, int64_t count) {
    std::fprintf(out, "%s %s %lld\n", kind, name.c_str(), static_cast<long long>(count));
  };
  Tally copy = *this;
  for (const auto& [name, number] : copy.Numbers()) line("number", name, *number);
  for (const auto& [name, count] : outcomes) line("outcome", name, count);
  for (const auto& [name, count] : moves) line("move", name, count);
}

void Tally::Read(std::FILE* in) {
  const auto numbers = Numbers();
  char kind[32], name[64];
  long long count = 0;
  while (std::fscanf(in, "%31s %63s %lld", kind, name, &count) == 3) {
    if (std::string_view(kind) == "number" && numbers.contains(name)) *numbers.at(name) += count;
    if (std::string_view(kind) == "outcome") outcomes[name] += count;
    if (std::string_view(kind) == "move") moves[name] += count;
  }
}

void Tally::PrintProgress(std::FILE* out, uint64_t seed, double seconds) const {
  seconds = std::max(seconds, 1e-6);
  std::fprintf(out, "seed %llu: %.0f seeds/s, %.0f x real time, %lld operations, %lld crashes\n",
               static_cast<unsigned long long>(seed), static_cast<double>(seeds) / seconds,
               static_cast<double>(simulated_us) / 1e6 / seconds,
               static_cast<long long>(operations), static_cast<long long>(crashes));
  std::fflush(out);
}

void Tally::PrintTable(std::FILE* out, double seconds) const {
  seconds = std::max(seconds, 1e-6);
  const double simulated = static_cast<double>(simulated_us) / 1e6;
  std::fprintf(out, "seeds            %12lld   %.1f/s\n", static_cast<long long>(seeds),
               static_cast<double>(seeds) / seconds);
  std::fprintf(out, "simulated time   %10.0f s   %.0f x real time\n", simulated,
               simulated / seconds);
  const auto row = [&](const char* name, int64_t count) {
    std::fprintf(out, "%-16s %12lld   %.0f/s\n", name, static_cast<long long>(count),
                 static_cast<double>(count) / seconds);
  };
  row("tasks", steps);
  row("calls", calls);
  row("answers", answers);
  row("bank calls", bank_calls);
  row("change pages", changes);
  row("transactions", transactions);
  row("withdrawals", withdrawals);
  row("crashes", crashes);
  row("stops in order", stops);
  row("failed starts", failed_starts);
  row("snapshots", snapshots);
  row("backups", backups);
  row("file failures", file_failures);
  row("rotten files", rots);
  row("operations", operations);
  PrintCounts(out, "answers", outcomes);
  PrintCounts(out, "steps to", moves);
}

}  // namespace wallet::simulation
