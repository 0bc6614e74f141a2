// What time the wallet must stamp, told independently of engine/stamp_clock.h.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tests/simulation/sim_clock.h"
#include "wal/base/clock.h"

namespace wallet::simulation {

// The rule: the wall clock, never back; a leap of more than 60 s against the steady clock since the
// last reading is not followed. It sees every reading of the wallet, so that it can say what one
// more would give.
class StampOracle {
 public:
  static constexpr int64_t kMaxLeapUs = 60 * kMicrosPerSecond;

  explicit StampOracle(const SimClock& clock) : clock_(clock) {}

  // A process begins to serve: it follows the wall clock as it is.
  void Restart(int64_t last_stamp) {
    offset_us_ = clock_.offset_us();
    last_ = last_stamp;
  }
  void OnReading() {
    offset_us_ = Followed();
    last_ = Peek();
  }
  // The wall clock was set.
  void OnJump() { jumps_.push_back({clock_.steady_us(), Peek()}); }
  // The least that a reading since then can have given, when one then would have given `first`:
  // set back, the clock is followed unless it was read before.
  int64_t EarliestSince(int64_t steady_us, int64_t first) const {
    for (auto jump = jumps_.rbegin(); jump != jumps_.rend() && jump->steady_us >= steady_us;
         ++jump) {
      first = std::min(first, jump->stamp);
    }
    return first;
  }
  // What a reading now would give.
  int64_t Peek() const {
    return std::max(last_, SimClock::kWallStart + clock_.steady_us() + Followed());
  }

 private:
  int64_t Followed() const {
    const int64_t leap_us = clock_.offset_us() - offset_us_;
    return leap_us > kMaxLeapUs || leap_us < -kMaxLeapUs ? offset_us_ : clock_.offset_us();
  }

  struct Jump {
    int64_t steady_us;
    int64_t stamp;  // of a reading right after it
  };

  const SimClock& clock_;
  std::vector<Jump> jumps_;
  int64_t offset_us_ = 0;  // of the wall clock against the steady one, as followed
  int64_t last_ = 0;
};

// The clock that the wallet is given.
class WalletClock final : public Clock {
 public:
  WalletClock(const SimClock& clock, StampOracle& oracle) : clock_(clock), oracle_(oracle) {}
  // While it lives, what is read is for no stamp.
  class Unstamped {
   public:
    explicit Unstamped(WalletClock& clock) : clock_(clock) { ++clock_.unstamped_; }
    ~Unstamped() { --clock_.unstamped_; }
    Unstamped(const Unstamped&) = delete;
    Unstamped& operator=(const Unstamped&) = delete;

   private:
    WalletClock& clock_;
  };

  Instant Now() const override {
    if (unstamped_ == 0) oracle_.OnReading();
    return clock_.wall();
  }
  int64_t SteadyMicros() const override { return clock_.steady_us(); }

 private:
  const SimClock& clock_;
  StampOracle& oracle_;
  int unstamped_ = 0;
};

}  // namespace wallet::simulation
