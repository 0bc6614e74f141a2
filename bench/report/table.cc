#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/number.h"
#include "bench/report/output.h"

namespace wallet::bench {
namespace {

std::string Time(double ms) { return ms < 0 ? "" : absl::StrFormat("%.2f", ms); }

std::string Spread(const Entry& entry) {
  if (entry.rounds < 2) return "";
  return absl::StrCat(Grouped(entry.lowest), " – ", Grouped(entry.highest));
}

// absl counts bytes, and a dash has three.
std::string Padded(std::string text, size_t width) {
  size_t shown = 0;
  for (const char c : text) shown += (c & 0xC0) != 0x80;
  return shown < width ? std::string(width - shown, ' ') + text : text;
}

std::string Line(const Entry& entry) {
  const std::string ratio =
      entry.wallet_ratio ? absl::StrFormat("%.2f x", *entry.wallet_ratio) : "";
  return absl::StrCat(absl::StrFormat("  %-12s%14s", entry.name, Grouped(entry.rate)),
                      Padded(Spread(entry), 26), absl::StrFormat("%10s", ratio),
                      absl::StrFormat("%9s%9s", Time(entry.p50_ms), Time(entry.p99_ms)), "  ",
                      entry.how, entry.quoted ? absl::StrCat(" [", kQuoted, "]") : "", "\n");
}

}  // namespace

std::string FormatTable(const std::vector<Comparison>& comparisons, const Machine& machine) {
  std::string table = absl::StrFormat(
      "%u cores for server and load (%s); every write on disk first\n", machine.cores, machine.cpu);
  absl::StrAppend(&table, absl::StrFormat("\n  %-12s%14s%26s%10s%9s%9s\n", "", "median /s",
                                          "lowest - highest", "wallet is", "p50 ms", "p99 ms"));
  for (const Comparison& comparison : comparisons) {
    absl::StrAppend(&table, comparison.title, "\n");
    for (const Entry& entry : comparison.entries) table += Line(entry);
  }
  return table;
}

}  // namespace wallet::bench
