// A piece of work on a shard's state between its batches.
#pragma once

#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "engine/batch.h"

namespace wallet {

struct ShardState;

// Goes the way of batches, never refused: so it waits for no more than what was submitted before
// it, however busy the shard is, and must be short itself.
class ShardTask final : public Batch {
 public:
  // On the shard's executor. Destroyed without having run when the engine ends first.
  using Work = absl::AnyInvocable<void(ShardState&)>;

  explicit ShardTask(Work work) : work_(std::move(work)) {}

  ShardTask* task() override { return this; }
  void Run(ShardState& state) { work_(state); }
  void Complete(std::unique_ptr<Batch>) override {}

 private:
  Work work_;
};

}  // namespace wallet
