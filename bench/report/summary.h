// Medians over the rounds, and how the systems compare.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/report/rows.h"

namespace wallet::bench {

// One system at one workload.
struct Entry {
  std::string system;
  std::string name;     // of the system, for people
  bool quoted = false;  // measured earlier, not in this run
  int rounds = 0;       // measurements
  double rate = 0;      // the median, as are the times
  double lowest = 0, highest = 0;
  double p50_ms = -1, p99_ms = -1;
  std::string how;
  // How many times as fast the wallet is: the median of the ratios of what was measured in the same
  // round (a machine is not the same for long), or of the medians for what is quoted. None for the
  // wallet, or where it wasn't measured.
  std::optional<double> wallet_ratio;
};

struct Comparison {
  std::string workload;
  std::string title;
  std::vector<Entry> entries;  // the wallet first, what is quoted last
};

// In the order in which a reader wants them. A quoted row appears beside what was measured, never
// alone.
std::vector<Comparison> Summarise(const std::vector<Row>& measured, const std::vector<Row>& quoted);

// Of at least one number; of an even count the mean of the middle two.
double Median(std::vector<double> numbers);

}  // namespace wallet::bench
