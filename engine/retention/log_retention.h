// How much of the log is kept: what no start needs any more is archived, then let go of.
//
// The log may go up to a position only when the oldest kept snapshot, the index and the archive, if
// there is one, are all there: so a start that finds the newest snapshot damaged goes on from the
// one before, and whatever left the log can be read again from the archive. Nothing here can hurt:
// when a disk fails nothing is trimmed, an operator is told, and it is tried again after the next
// snapshot.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/retention/holds.h"
#include "engine/retention/log_trimmed.h"
#include "snapshot/catalog.h"
#include "wal/archive/archive_writer.h"
#include "wal/base/executor.h"
#include "wal/base/file.h"
#include "wal/log.h"

namespace wallet {

// What outlives the retention, whose executor is stopped before its destruction.
struct LogRetentionEnvironment {
  FileSystem& files;
  std::string snapshots;  // their directory
  Log& log;
  ArchiveWriter* archive = nullptr;  // null: what is trimmed is gone
  // Up to where the history is durable in the index. Any thread, cheap. Empty: there is no index,
  // the history is replayed from the log's beginning, and the log is never trimmed.
  std::function<Position()> index_position;
  Holds& holds;
  std::function<void(std::string)>& on_alarm;
  std::function<void(const LogTrimmed&)>& on_trim;  // on the executor
};

// An actor; it alone trims the log and writes to the archive.
class LogRetention {
 public:
  // `started_from`: the snapshot that this start loaded. One that it could not use, and left in its
  // place, vouches for nothing.
  LogRetention(LogRetentionEnvironment environment, Executor& executor,
               std::optional<Position> started_from);

  // Archives and trims what can be by now: for the start, and for each new snapshot. Any thread.
  void Run();

  // Gives up what is under way and begins nothing more. Any thread.
  void Stop() { stopping_.store(true, std::memory_order_relaxed); }

 private:
  absl::Status Archive(Position newest);
  absl::Status Trim(Position bound);
  absl::Status RunNow();
  // What the start loaded, what is older, and what was taken since then, is as good as its name.
  bool IsProven(Position snapshot) const;
  Position BoundOf(const std::vector<SnapshotFile>& kept) const;

  const LogRetentionEnvironment environment_;
  Executor& executor_;
  const Position started_from_;  // 0: nothing was loaded
  const Position began_at_;      // where the log ended then
  std::atomic<bool> stopping_{false};
};

}  // namespace wallet
