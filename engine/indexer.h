// Moves history out of the shards' memory into the index, behind the path of a write.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "engine/cut.h"
#include "engine/generation.h"
#include "engine/index/index.h"
#include "engine/shard_task.h"
#include "wal/base/executor.h"
#include "wal/base/position.h"

namespace wallet {

using Generations = std::vector<std::shared_ptr<const Generation>>;

// Writes generations of all shards, cut at `position`; they may be empty. kCancelled: `stop` said
// so. Errors are the index's; it is what it was.
absl::Status WriteGenerations(Index& index, const Generations& generations, Position position,
                              const std::function<bool()>& stop);

// Brings everything that the shards remember into the index at once, for the time before they run.
absl::Status WriteStates(Index& index, const std::vector<std::unique_ptr<ShardState>>& states,
                         Position position);

// What the indexer needs of the engine; the calls are of any thread and never block.
class IndexedShards {
 public:
  virtual ~IndexedShards() = default;
  virtual int shard_count() const = 0;
  virtual void BeginCut(Cut::Action action, Cut::Done done) = 0;
  // After what was submitted to that shard before.
  virtual void Post(int shard, ShardTask::Work work) = 0;
};

// What outlives the indexer, whose executors are stopped before its destruction.
struct IndexerEnvironment {
  Index& index;
  IndexedShards& shards;
  Executor& executor;
  Executor& compactor;  // compactions run beside
  const std::function<void(std::string)>& on_alarm;
};

// An actor. One generation of the shards at a time: cut, written once the cut's position is
// durable, and let go of when every shard reads it from the index.
//
// It can only fail, never hurt: a write that fails is tried again for as long as it takes, an
// operator is told, and meanwhile the memory keeps, and grows by, what is not written.
class Indexer {
 public:
  explicit Indexer(IndexerEnvironment environment);

  // Goes on with the compactions that an earlier process left. Once the shards are there: they are
  // told of what it comes to.
  void Resume();

  // The generations that grow have their size, or one of them does. Any thread, any time, again and
  // again.
  void Request();

  // Runs `done` on the indexer's executor once everything up to `position`, which is durable, is in
  // the index. Destroyed without having run when the engine ends first. Any thread.
  void Reach(Position position, absl::AnyInvocable<void()> done);

  // Gives up what is under way, which is in the log. Any thread.
  void Stop() { stopping_.store(true, std::memory_order_relaxed); }

 private:
  struct Waiting {
    Position position;
    absl::AnyInvocable<void()> done;
  };

  bool stopping() const { return stopping_.load(std::memory_order_relaxed); }

  // The steps of one generation, in their order.
  void Begin();
  void Write(std::shared_ptr<Generations> generations, Position position);
  void Retry(const absl::Status& status, std::shared_ptr<Generations> generations,
             Position position);
  void Publish(std::shared_ptr<Generations> generations);
  void Finish();

  // Clients are refused when the disk runs full: the index must never bring that about.
  absl::Status CheckRoom(uint64_t bytes) const;
  // Has each shard `give` what it has read so far for another; after the last, `executor` lets go
  // of that and runs `done`.
  void Exchange(std::function<std::optional<IndexReader>(ShardState&)> give, Executor& executor,
                std::function<void()> done);
  void RequestCompaction();
  absl::StatusOr<bool> CompactOne();
  void Compact();

  const IndexerEnvironment environment_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> busy_{false};  // a generation is on its way, or about to be
  std::atomic<bool> compacting_{false};

  // Only on the executor.
  std::vector<Waiting> waiting_;
  int64_t failures_ = 0;  // since the last success
};

}  // namespace wallet
