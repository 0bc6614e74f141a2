#include "tests/support/manual_executor.h"

#include <utility>

namespace wallet {

class ManualScheduler::Handle final : public Executor {
 public:
  explicit Handle(ManualScheduler& scheduler) : scheduler_(scheduler) {}

  void Post(Task task) override { PostAfter(0, std::move(task)); }
  void PostAfter(int64_t delay_us, Task task) override {
    if (stopped_) return;
    scheduler_.queue_.push({scheduler_.clock_.SteadyMicros() + delay_us,
                            scheduler_.next_sequence_++, std::move(task)});
  }
  void Stop() override { stopped_ = true; }

 private:
  ManualScheduler& scheduler_;
  bool stopped_ = false;
};

std::unique_ptr<Executor> ManualScheduler::MakeExecutor() {
  return std::make_unique<Handle>(*this);
}

bool ManualScheduler::RunOne() {
  if (queue_.empty() || queue_.top().due_us > clock_.SteadyMicros()) return false;
  Executor::Task task = std::move(queue_.top().task);
  queue_.pop();
  task();
  return true;
}

bool ManualScheduler::RunNext() {
  if (queue_.empty()) return false;
  const int64_t ahead_us = queue_.top().due_us - clock_.SteadyMicros();
  if (ahead_us > 0) clock_.Advance(ahead_us);
  return RunOne();
}

void ManualScheduler::RunUntilIdle() {
  while (RunOne()) {
  }
}

void ManualScheduler::Advance(int64_t us) {
  const int64_t end_us = clock_.SteadyMicros() + us;
  RunUntilIdle();
  while (!queue_.empty() && queue_.top().due_us <= end_us) {
    clock_.Advance(queue_.top().due_us - clock_.SteadyMicros());
    RunUntilIdle();
  }
  clock_.Advance(end_us - clock_.SteadyMicros());
}

void ManualScheduler::DropAll() { queue_ = {}; }

}  // namespace wallet
