#include "engine/bank_steps.h"

#include <deque>
#include <utility>

namespace wallet {

class BankSteps::StepBatch final : public Batch {
 public:
  using Done = absl::AnyInvocable<void(StepResult)>;

  void Add(OwnedAdvance step, Done done) {
    operations.emplace_back(steps_.emplace_back(std::move(step), std::move(done)).step.View());
  }

  void Complete(std::unique_ptr<Batch>) override {
    for (size_t i = 0; i < results.size(); ++i) {
      Result& result = results[i];
      // The log has failed: what the step did is found out by the next recovery.
      if (result.outcome == Outcome::kOutcomeUnknown) continue;
      StepResult step{.outcome = result.outcome};
      if (result.open) step.open = std::move(*result.open);
      steps_[i].done(std::move(step));
    }
  }

 private:
  struct Step {
    Step(OwnedAdvance given, Done when_done) : step(std::move(given)), done(std::move(when_done)) {}
    const OwnedAdvance step;
    Done done;
  };

  std::deque<Step> steps_;  // operations point into them
};

BankSteps::BankSteps(int shards, ShardOf shard_of, Submit submit, Executor& executor)
    : shard_of_(std::move(shard_of)),
      submit_(std::move(submit)),
      executor_(executor),
      open_(static_cast<size_t>(shards)) {}

BankSteps::~BankSteps() = default;

void BankSteps::Take(OwnedAdvance step, absl::AnyInvocable<void(StepResult)> done) {
  if (failed_.load(std::memory_order_acquire)) return;
  auto& batch = open_[static_cast<size_t>(shard_of_(step.user))];
  if (!batch) batch = std::make_unique<StepBatch>();
  batch->Add(std::move(step), std::move(done));
  if (std::exchange(sending_, true)) return;
  executor_.Post([this] { Send(); });
}

void BankSteps::Send() {
  sending_ = false;
  for (size_t shard = 0; shard < open_.size(); ++shard) {
    if (open_[shard]) submit_(static_cast<int>(shard), std::move(open_[shard]));
  }
}

}  // namespace wallet
