// Simulated time: a clock that stands still until told, and an executor that goes by it.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "tests/support/fake_clock.h"
#include "tests/support/manual_executor.h"
#include "wal/base/clock.h"
#include "wal/base/executor.h"

namespace wallet {

class ManualTime final : public Executor, public Clock {
 public:
  void Post(Task task) override { executor_->Post(std::move(task)); }
  void PostAfter(int64_t delay_us, Task task) override {
    executor_->PostAfter(delay_us, std::move(task));
  }
  void Stop() override { executor_->Stop(); }

  Instant Now() const override { return clock_.Now(); }
  int64_t SteadyMicros() const override { return clock_.SteadyMicros(); }

  bool RunOne() { return scheduler_.RunOne(); }
  bool RunNext() { return scheduler_.RunNext(); }
  void RunReady() { scheduler_.RunUntilIdle(); }
  void Advance(int64_t us) { scheduler_.Advance(us); }

 private:
  FakeClock clock_;
  ManualScheduler scheduler_{clock_};
  std::unique_ptr<Executor> executor_ = scheduler_.MakeExecutor();
};

}  // namespace wallet
