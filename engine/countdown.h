// Something to be done when all of several others have arrived.
#pragma once

#include <atomic>
#include <utility>

#include "absl/functional/any_invocable.h"

namespace wallet {

// Any thread. `done` runs on the thread of the last to arrive.
class Countdown {
 public:
  Countdown(int left, absl::AnyInvocable<void()> done) : left_(left), done_(std::move(done)) {}
  void Arrive() {
    if (--left_ == 0) done_();
  }

 private:
  std::atomic<int> left_;
  absl::AnyInvocable<void()> done_;
};

}  // namespace wallet
