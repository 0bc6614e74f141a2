// A cut: the states of all shards, looked at as they are at one position of the log.
//
// A marker of the cut passes through every shard, behind what the shard has executed so far and
// before what it executes later, and from there to the committer, which lets nothing behind a
// marker go on before the markers of all shards have come. So the cut lies between two records.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "engine/batch.h"
#include "wal/base/position.h"

namespace wallet {

struct ShardState;

// Shared by the markers of all shards. Destroyed on any thread.
class Cut {
 public:
  // Runs once for each shard, on its executor, when it reaches its marker; for several shards at
  // the same time.
  using Action = std::function<void(int shard, ShardState& state)>;
  // Runs on the committer's executor with the cut's position, which is durable: every event that a
  // shard had applied before its action is at or below it, every later one above. Must not block.
  // Destroyed without having run when the log fails or the engine ends first.
  using Done = absl::AnyInvocable<void(Position)>;

  Cut(int shards, Action action, Done done)
      : shards_(shards), action_(std::move(action)), done_(std::move(done)) {}

  int shards() const { return shards_; }  // how many markers there are

  // By the shard, and by the committer, once each.
  void Act(int shard, ShardState& state) const { action_(shard, state); }
  void Complete(Position position) { done_(position); }

 private:
  const int shards_;
  const Action action_;
  Done done_;
};

// The cut's way into a shard: a batch without operations, never refused.
class CutBatch final : public Batch {
 public:
  explicit CutBatch(std::shared_ptr<Cut> cut) : cut_(std::move(cut)) {}

  std::shared_ptr<Cut> cut() const override { return cut_; }
  void Complete(std::unique_ptr<Batch>) override {}

 private:
  const std::shared_ptr<Cut> cut_;
};

}  // namespace wallet
