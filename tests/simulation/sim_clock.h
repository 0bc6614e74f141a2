// Simulated time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

#include "wal/base/instant.h"

namespace wallet::simulation {

// Moves only when told. The wall clock is the steady one plus an offset that may jump.
class SimClock {
 public:
  static constexpr int64_t kStart = 1'000'000;
  static constexpr int64_t kWallStart = 1'700'000'000 * kMicrosPerSecond;

  int64_t steady_us() const { return steady_us_; }
  Instant wall() const { return Instant(kWallStart + steady_us_ + offset_us_); }
  int64_t offset_us() const { return offset_us_; }

  void Advance(int64_t us) { steady_us_ += us; }
  // Never back.
  void AdvanceTo(int64_t steady_us) { steady_us_ = std::max(steady_us_, steady_us); }
  void SetOffset(int64_t offset_us) {
    offset_us_ = offset_us;
    on_jump_();
  }
  void OnJump(std::function<void()> on_jump) { on_jump_ = std::move(on_jump); }

 private:
  int64_t steady_us_ = kStart;
  int64_t offset_us_ = 0;
  std::function<void()> on_jump_ = [] {};
};

}  // namespace wallet::simulation
