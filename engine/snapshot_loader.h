// Where a start begins: the newest snapshot that is whole and of this log.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/shard.h"
#include "engine/snapshot_types.h"
#include "wal/base/file.h"
#include "wal/log.h"

namespace wallet {

struct SnapshotLoad {
  FileSystem& files;
  std::string directory;  // made if it is missing
  Log& log;
  // The index's position: the rows that are replayed behind it say what the ledger was then, which
  // a snapshot beyond it no longer knows.
  Position at_most;
  // Sections on threads of their own where the number of shards has not changed.
  bool parallel = false;
  // Told, as a sentence, of every snapshot that can't be used.
  std::function<void(std::string)>& on_alarm;
};

// Fills the ledgers of `states`, which must be empty, and says from what; none: there is no
// snapshot to use, the ledgers are empty, and the log holds everything from its first event on.
//
// Snapshots ahead of `at_most` are passed over, and stay. Another one is used only if every byte of
// it is as it was written, it loads to the digest it was cut with, and the log has at its position
// the record it was cut at. One that fails is passed over for the one before, and, when it is
// damaged, kept aside as NAME.damaged.
//
// kDataLoss: the log no longer holds what no snapshot gives back, or a snapshot is ahead of the
// log, which then has lost its end. kUnimplemented: a newer program wrote the snapshot. Messages
// say what to do. Others are the file system's, that of a snapshot which nothing else can stand in
// for among them.
absl::StatusOr<std::optional<SnapshotTaken>> LoadNewestSnapshot(
    const SnapshotLoad& load, const std::vector<std::unique_ptr<ShardState>>& states);

}  // namespace wallet
