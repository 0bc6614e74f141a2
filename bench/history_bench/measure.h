// The second phase: what a ledger that is there costs to start, to ask and to write to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "bench/history_bench/figures.h"
#include "bench/history_bench/store.h"

namespace wallet::bench {

// The parts of a measurement, in this order.
inline constexpr const char* kMeasureParts[] = {"pages", "keys", "balances", "writes"};

struct MeasureOptions {
  int64_t users = 1'000'000;  // as loaded
  int pages = 20'000;         // warm ones
  int cold_pages = 2'000;
  uint64_t reads = 2'000'000;          // of balances, of each kind; of keys that were never seen
  double write_seconds = 10;           // without a snapshot
  double write_rate = 20'000;          // charges a second
  std::vector<std::string> only = {};  // parts; none: all of them
};

// Of a store that was just opened. In this order: memory at rest, cold pages, warm pages, keys,
// balances, writes without and with a snapshot under way.
absl::Status Measure(Store& store, const MeasureOptions& options, Figures& figures);

// How fast a directory's log is read, checked, decoded and applied, on one thread: from the oldest
// snapshot that it goes back to, or from its beginning. Nobody uses the directory.
absl::Status MeasureReplay(const std::string& directory, Figures& figures);

}  // namespace wallet::bench
