// A clock that moves when told.
#pragma once

#include <atomic>
#include <cstdint>

#include "wal/base/clock.h"

namespace wallet {

class FakeClock final : public Clock {
 public:
  Instant Now() const override { return Instant(wall_us_.load()); }
  int64_t SteadyMicros() const override { return steady_us_.load(); }

  void SetWall(Instant now) { wall_us_ = now.value(); }
  // Both clocks.
  void Advance(int64_t us) {
    wall_us_ += us;
    steady_us_ += us;
  }

 private:
  std::atomic<int64_t> wall_us_{1'700'000'000 * kMicrosPerSecond};
  std::atomic<int64_t> steady_us_{1'000'000};
};

}  // namespace wallet
