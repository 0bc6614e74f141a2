// What is said of snapshots to those who ask for them (engine/snapshotter.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "engine/ledger/types.h"
#include "engine/snapshot_list.h"
#include "wal/base/clock.h"
#include "wal/base/position.h"

namespace wallet {

// A slice of this takes 0.22 ms of the shard's time, 0.38 ms at worst (engine/ledger/SNAPSHOT.md).
inline constexpr size_t kSnapshotSliceBytes = 64 << 10;

struct SnapshotterOptions {
  std::string directory;  // made at the start; empty: no snapshots are taken, nor read
  // One is taken when there were so many events since the last: a start replays some seconds of
  // log, however busy the ledger is. When the last one had more accounts than that, as many events
  // as it had accounts, but at most twice so many: a large state is written less often …
  uint64_t events = 8'000'000;
  // … and after so long when there were any: a quiet ledger's log can be let go of too. Not
  // oftener, because every snapshot writes the whole state anew.
  int64_t interval_us = 3'600 * kMicrosPerSecond;
  size_t keep = 2;  // the newest; an older one is what a start falls back on
  size_t slice_bytes = kSnapshotSliceBytes;
  // What is written a second, before it is compressed: syncs of the log share the disk.
  uint64_t bytes_per_second = 16 << 20;
};

struct SnapshotTaken {
  Position position;
  uint64_t bytes = 0;
  Instant created_at;
  int64_t elapsed_us = 0;
};

struct SnapshotStatus {
  bool under_way = false;
  std::optional<SnapshotTaken> last;  // since the start, or what the start began from
  int64_t taken = 0;                  // since the start
  int64_t failures = 0;               // since the start
  std::string last_failure;           // empty once one was taken again
  // Oldest first: as the start found them, and after each one that was taken.
  std::vector<SnapshotListing> kept;
};

// On the snapshotter's executor. kCancelled when the engine is ending; an operator was told of
// other errors. Destroyed without having run when the engine is gone first.
using SnapshotDone = absl::AnyInvocable<void(absl::StatusOr<SnapshotTaken>)>;

}  // namespace wallet
