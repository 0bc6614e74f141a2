// An executor of an actor that looks at the clock for itself alone.
#pragma once

#include <memory>
#include <utility>

#include "tests/simulation/stamp_oracle.h"
#include "wal/base/executor.h"

namespace wallet::simulation {

// Only shards stamp events: what others read of the clock is followed by no stamp, and must not be
// taken for one by the oracle.
class UnstampedExecutor final : public Executor {
 public:
  UnstampedExecutor(std::unique_ptr<Executor> executor, WalletClock& clock)
      : executor_(std::move(executor)), clock_(clock) {}

  void Post(Task task) override { executor_->Post(Wrap(std::move(task))); }
  void PostAfter(int64_t delay_us, Task task) override {
    executor_->PostAfter(delay_us, Wrap(std::move(task)));
  }
  void Stop() override { executor_->Stop(); }

 private:
  Task Wrap(Task task) {
    return [&clock = clock_, task = std::move(task)]() mutable {
      const WalletClock::Unstamped unstamped(clock);
      task();
    };
  }

  const std::unique_ptr<Executor> executor_;
  WalletClock& clock_;
};

}  // namespace wallet::simulation
