// Which runs to merge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "wal/runs/limits.h"
#include "wal/runs/run_entry.h"

namespace wallet {

// Runs of a family that stand side by side, by number, newest first; two at least.
struct RunCompaction {
  FamilyId family;
  std::vector<RunNumber> runs;
};

struct RunWindow {
  size_t begin = 0;
  size_t count = 0;
  bool operator==(const RunWindow&) const = default;
};

// Tiered: side by side, at least `width` (≥ 2) runs, the largest at most twice the mean of the
// others, so that, of 5, a merge makes every entry's run at least 3 times as large, and 5 times
// in the usual case of equals: after n flushes an entry was written 1 + log5(n) times, and 1 +
// log3(n) at the worst. Of several such windows the longest, then the cheapest. Beyond kMaxRuns the
// cheapest window, whatever the sizes; nullopt otherwise.
std::optional<RunWindow> PickRunWindow(std::span<const uint64_t> sizes_bytes,
                                       size_t width = kRunMergeWidth);

}  // namespace wallet
