// A bank's steps on their way through the shards and the log.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "engine/bank/dispatcher.h"
#include "engine/batch.h"
#include "wal/base/executor.h"

namespace wallet {

// Steps that are due together travel as one batch a shard: a batch of its own for each would cost
// more than the step, and wake a shard as often.
class BankSteps final : public WithdrawalSteps {
 public:
  // `submit` gives a batch to a shard; `shard_of` says which is a user's, 0 … shards − 1.
  using Submit = std::function<void(int shard, std::unique_ptr<Batch> batch)>;
  using ShardOf = std::function<int(UserId user)>;

  // `executor` is the dispatcher's: on it steps are taken. All that is passed in outlives this, and
  // this the executor's last task.
  BankSteps(int shards, ShardOf shard_of, Submit submit, Executor& executor);
  ~BankSteps() override;

  // From now on nothing is taken any more: the log has failed. Any thread.
  void Fail() { failed_.store(true, std::memory_order_release); }

  // On the executor. Behind whatever else is due there by now, the step goes with all taken so far.
  void Take(OwnedAdvance step, absl::AnyInvocable<void(StepResult)> done) override;

 private:
  class StepBatch;

  void Send();

  const ShardOf shard_of_;
  const Submit submit_;
  Executor& executor_;
  std::atomic<bool> failed_{false};

  // Only on the executor.
  std::vector<std::unique_ptr<StepBatch>> open_;  // by shard
  bool sending_ = false;                          // Send is on its way
};

}  // namespace wallet
