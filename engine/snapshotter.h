// Takes snapshots of the running engine: a cut of all shards (engine/cut.h), written down slice by
// slice while they go on, verified, and only then named.
//
// What is slow happens on the snapshotter's own executor. A shard is asked for one slice at a time,
// and for the next only once that one is written: so a slow disk costs no memory but what the
// shards put aside. It is named only once the history up to its position is in the index, which it
// does not hold itself: a start finds the newest snapshot never ahead of the index. Nothing here
// can hurt the ledger: a snapshot that fails is given up as if it had never begun, an operator is
// told, and the log goes on being the truth.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/cut.h"
#include "engine/retention/holds.h"
#include "engine/shard_section.h"
#include "engine/shard_task.h"
#include "engine/snapshot_draft.h"
#include "engine/snapshot_types.h"
#include "wal/base/clock.h"
#include "wal/base/executor.h"
#include "wal/base/file.h"

namespace wallet {

// What the snapshotter needs of the engine; the calls are of any thread and never block.
class SnapshotSource {
 public:
  virtual ~SnapshotSource() = default;
  virtual int shard_count() const = 0;
  virtual Position durable() const = 0;
  virtual void BeginCut(Cut::Action action, Cut::Done done) = 0;
  // The log's at the cut's position; only in a cut's `done`.
  virtual Sha256 chain_hash() const = 0;
  // Runs `done`, on some thread, once the index has everything up to `position`: so that a start
  // from a snapshot finds what the snapshot leaves out. Destroyed without having run when the
  // engine ends first.
  virtual void ReachIndex(Position position, absl::AnyInvocable<void()> done) = 0;
  // After what was submitted to that shard before.
  virtual void Post(int shard, ShardTask::Work work) = 0;
};

// What is the same for all snapshots. Must outlive the snapshotter, as must source and executor.
struct SnapshotterEnvironment {
  FileSystem& files;
  const Clock& clock;
  Epoch epoch;
  Currency default_currency;
  Holds& holds;  // snapshots that stay beyond those to keep
  std::function<void(std::string)>& on_alarm;
  std::function<void(const SnapshotTaken&)>& on_snapshot;  // on the executor
};

class Snapshotter {
 public:
  // Works on `executor`, which must be stopped before its destruction. `last`: what the start began
  // from.
  Snapshotter(SnapshotterOptions options, SnapshotterEnvironment environment,
              SnapshotSource& source, Executor& executor, std::optional<SnapshotTaken> last);

  // Takes one now, cut after this call; where nothing happened since the last, that one is
  // answered. Any thread.
  void Take(SnapshotDone done);

  // Gives up what is under way and begins nothing more. Any thread.
  void Stop();

  // Any thread.
  SnapshotStatus status() const;

 private:
  struct Run {
    uint64_t number = 0;
    int64_t begun_us = 0;
    SnapshotMetadata metadata;
    std::unique_ptr<SnapshotDraft> file;
    uint64_t slice_bytes = 0;  // of all that were written
    int64_t writing_us = 0;    // when that began
    int sections_left = 0;
    std::vector<SnapshotDone> waiting;
  };
  class CutGuard;

  void TickLater();
  bool IsDue() const;
  bool IsRunning(uint64_t number) const { return run_ && run_->number == number; }

  // The steps of one snapshot, in their order.
  void Begin();
  void OnCut(uint64_t number, Position position, const Sha256& chain_hash,
             const std::vector<SectionStart>& starts);
  void Describe(Position position, const Sha256& chain_hash,
                const std::vector<SectionStart>& starts);
  void AskForSlice(int shard);
  // Once no more was written than may have been by then.
  void AskForSliceInTime(int shard);
  void OnSlice(uint64_t number, int shard, SectionSlice slice);
  void AwaitIndex();
  void Publish();
  void Prune();
  void LookAtKept();
  void Succeed(const SnapshotTaken& taken);
  void Fail(const absl::Status& status);
  void EndSections();
  void End(const absl::StatusOr<SnapshotTaken>& result);

  const SnapshotterOptions options_;
  const SnapshotterEnvironment environment_;
  SnapshotSource& source_;
  Executor& executor_;
  std::atomic<bool> stopping_{false};

  // Only on the executor.
  std::unique_ptr<Run> run_;
  uint64_t runs_ = 0;
  std::vector<SnapshotDone> waiting_;  // for the next one
  Position tried_at_;                  // where and when the last attempt was made
  int64_t tried_us_;
  uint64_t accounts_ = 0;  // at the last cut since the start

  mutable std::mutex mutex_;
  SnapshotStatus status_;
};

}  // namespace wallet
