// What bench/compare has measured, as it wrote it down.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace wallet::bench {

// One measurement. Times are in ms and negative where the system's tool doesn't say.
struct Row {
  std::string workload;
  std::string system;
  int round = 0;  // from 1; 0: quoted, not measured in this run
  double rate = 0;
  double p50_ms = -1;
  double p99_ms = -1;
  std::string how;
};

// Lines of WORKLOAD SYSTEM ROUND RATE P50_MS P99_MS HOW, with tabs between; "-" for a missing time.
absl::StatusOr<std::vector<Row>> ReadMeasured(std::istream& in);

// Lines of WORKLOAD SYSTEM RATE HOW.
absl::StatusOr<std::vector<Row>> ReadQuoted(std::istream& in);

}  // namespace wallet::bench
