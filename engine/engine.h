// The engine: shards, log, recovery and bank dispatch behind one door. It has no sockets.
//
// The path of a write: Submit hands a batch to its shard's bounded queue; the shard validates it
// against its ledger, applies what is accepted and puts the events into its open segment, keeping
// the batch back with it; the committer appends all shards' open segments to the log as one record;
// once that is durable the batches complete. A read goes the same way, so every answer leaves only
// when the state it speaks of is durable.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/bank/connector.h"
#include "engine/bank/dispatcher.h"
#include "engine/batch.h"
#include "engine/cut.h"
#include "engine/index/index.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/types.h"
#include "engine/limits.h"
#include "engine/retention/holds.h"
#include "engine/retention/log_trimmed.h"
#include "engine/snapshot_types.h"
#include "wal/archive/archive_writer.h"
#include "wal/base/clock.h"
#include "wal/base/executor.h"
#include "wal/base/file.h"
#include "wal/base/random.h"
#include "wal/log.h"

namespace wallet {

inline constexpr int64_t kDefaultHotKeys = 4'000'000;

struct EngineOptions {
  int shards = 1;
  Currency default_currency;  // of the directory
  Epoch epoch;                // of the directory
  int64_t bank_queue = 100;
  DispatcherOptions dispatcher;  // but the epoch, `hold` and `on_review`
  // After a restore: nothing is sent to the bank, withdrawals are accepted and wait.
  bool bank_paused = false;
  // Operations of clients that a shard may have unanswered before Submit answers `overloaded`.
  int64_t shard_queue_operations = 65'536;
  // A segment is closed when it is this full or, between batches, has so many results, and a record
  // holds so much at most. Smaller ones than these are for tests: what crosses their borders is
  // rare otherwise.
  size_t segment_bytes = kSegmentBytes;
  size_t segment_results = kSegmentResults;
  size_t record_bytes = kMaxPayloadBytes;
  // With an index: how many of the newest transactions, with their keys, the memory holds before
  // they go there. While they are on their way more may come.
  int64_t hot_keys = kDefaultHotKeys;
  // Start although the machine's clock is far from the ledger's last stamp.
  bool accept_clock = false;
  SnapshotterOptions snapshots;
  // A start may use threads of its own (which a simulation must not).
  bool parallel_start = false;
};

// What the engine runs on. All of it must outlive the engine.
struct EngineEnvironment {
  Log* log = nullptr;
  // Takes the history that the memory need not keep; without one the memory keeps everything.
  Index* index = nullptr;
  const Clock* clock = nullptr;
  Random* random = nullptr;
  BankConnector* bank = nullptr;
  // Where snapshots are kept; null: there are none, nor without an index, which has the history
  // that they leave out.
  FileSystem* files = nullptr;
  ArchiveWriter* archive = nullptr;  // takes the log's records before they are trimmed; null: none
  // Makes the executor of an actor ("shard0", "committer", "bank", "snapshot", "retention",
  // "indexer", "compactor", "reader0", "reads", "memory").
  absl::AnyInvocable<std::unique_ptr<Executor>(std::string name)> make_executor;
  // Whether clients' writes are refused for want of disk space. Any thread, cheap.
  absl::AnyInvocable<bool() const> storage_full = [] { return false; };
  // Called once, on any thread, when the log has failed: nothing is acknowledged any more, and the
  // process should end (exit code 5) after giving answers under way a moment to leave.
  absl::AnyInvocable<void(absl::Status)> on_failure = [](absl::Status) {};
  // What an operator must hear of, as a sentence. Any thread; must not block.
  std::function<void(std::string)> on_alarm = [](std::string) {};
  // When a snapshot is on disk. On an executor of the engine.
  std::function<void(const SnapshotTaken&)> on_snapshot = [](const SnapshotTaken&) {};
  // When records were let go of. On an executor of the engine.
  std::function<void(const LogTrimmed&)> on_trim = [](const LogTrimmed&) {};
  // During replay, every million events: where it is, and where it ends.
  absl::AnyInvocable<void(Position at, Position end)> on_replay = [](Position, Position) {};
};

struct Recovery {
  int64_t events = 0;                     // ever, of the ledger
  int64_t replayed = 0;                   // of these, the ones read from the log
  std::optional<SnapshotTaken> snapshot;  // what the start began from
  int64_t accounts = 0;
  int64_t transactions = 0;
  int64_t open_withdrawals = 0;
  int64_t in_review = 0;
  Position position;
  int64_t elapsed_us = 0;
};

enum class Condition : uint8_t { kOk, kDegraded, kReadOnly, kStopping };
std::string_view ToString(Condition condition);  // "ok", "degraded", "read_only", "stopping"

struct Health {
  Condition condition = Condition::kOk;
  bool bank_paused = false;    // then it is degraded at best
  int64_t queue_length = 0;    // withdrawals waiting for a bank worker, backlog included
  int64_t queue_capacity = 0;  // workers + queue
  int64_t by_substatus[kSubstatusCount] = {};  // open withdrawals
  Position position;
  int64_t uptime_us = 0;
  // Operations that were refused so since the start, by what serves the engine: it fills this in.
  int64_t rate_limited = 0;
};

class Engine {
 public:
  // Loads the newest usable snapshot, replays the log behind it, and behind the index's position
  // into the history, and starts serving. kDataLoss: the log is damaged, or it, a snapshot and the
  // index together don't hold everything, or the index is ahead of the log; kUnimplemented: a newer
  // program wrote the snapshot; kFailedPrecondition: the clock is too far from the ledger's last
  // stamp. The messages say what to do.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(EngineOptions options,
                                                      EngineEnvironment environment);
  // The engine must be stopped, or its log have failed.
  ~Engine();

  // The ways into the engine: one for each shard, numbered as they are, and the last one for
  // ListChanges.
  int lane_count() const;
  int shard_count() const;
  int ShardOf(UserId user) const;

  // The lanes an operation is to be submitted to: all shards for ListWithdrawals of all users,
  // whose answers are to be joined; otherwise one.
  struct Lanes {
    int first = 0;
    int count = 1;
  };
  Lanes LanesOf(const Operation& operation) const;

  // Takes the batch, whose operations are all of that lane. One user's operations run in the order
  // submitted by one thread. Any thread; never blocks. With the queue full or the engine stopping,
  // the batch completes at once with every operation refused.
  void Submit(int lane, std::unique_ptr<Batch> batch);

  // Looks at all shards at one position (engine/cut.h). Cuts run one after another, in the order
  // begun. Any thread; never blocks. Once the engine is stopping, a cut that has not begun is
  // dropped, as it is when the log fails: `done` is destroyed without having run, while `action`
  // may have run for some of the shards.
  void BeginCut(Cut::Action action, Cut::Done done);

  // Takes a snapshot now (engine/snapshotter.h); kFailedPrecondition where none are kept. Any
  // thread; never blocks.
  void TakeSnapshot(SnapshotDone done);
  // Any thread.
  SnapshotStatus snapshots() const;
  // For whoever reads snapshots, or the log behind one, beside the engine.
  Holds& holds();

  // Refuses what comes later, lets the bank's calls end or be recorded as unknown within
  // `bank_grace_us`, makes everything durable and completes every batch; then `done` runs, on an
  // executor of the engine. Does not end if the log fails meanwhile. Once.
  void BeginStop(int64_t bank_grace_us, absl::AnyInvocable<void()> done);
  // The same, waiting for the end. False if the log failed. Not from an executor of the engine.
  bool Stop(int64_t bank_grace_us);

  const Recovery& recovery() const;
  Health GetHealth() const;
  Epoch epoch() const;
  Currency default_currency() const;
  std::string_view bank_name() const;

  // Of the whole state matured to `now`. Only when stopped.
  Digest DigestAt(Instant now) const;

 private:
  struct Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wallet
