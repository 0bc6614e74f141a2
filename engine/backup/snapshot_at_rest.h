// A snapshot of a ledger that nobody serves.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "engine/directory.h"
#include "engine/snapshot_types.h"
#include "wal/base/clock.h"
#include "wal/base/file.h"
#include "wal/log.h"

namespace wallet {

struct RestingLedger {
  FileSystem& files;
  const Clock& clock;
  Log& log;
  LedgerIdentity identity;
  std::string snapshots;          // their directory; made if it is missing
  std::optional<Position> index;  // where the index is, if there is one: a start uses no snapshot
                                  // that is ahead of it
};

struct SnapshotAtRest {
  SnapshotTaken taken;
  bool made = false;  // false: there was one of this very position
};

// During the replay, every 100,000 events: where it is, and where it ends.
using ReplayProgress = absl::FunctionRef<void(Position at, Position end)>;

// Recovers the ledger as a start would, from the newest snapshot that is whole and the log behind
// it, and writes it down: at the log's end, or where the index is. The bank is not asked, nothing
// else is changed, and older snapshots stay.
//
// kDataLoss: log and snapshots together do not give the ledger back. kUnimplemented: a newer
// program wrote a snapshot. kCancelled: `cancelled` was set, and nothing is left. Others are the
// disk's.
absl::StatusOr<SnapshotAtRest> TakeSnapshotAtRest(const RestingLedger& resting,
                                                  ReplayProgress progress,
                                                  const std::atomic<bool>& cancelled);

}  // namespace wallet
