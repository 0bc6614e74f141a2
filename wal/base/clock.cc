#include "wal/base/clock.h"

#include <chrono>

namespace wallet {
namespace {

class MachineClock final : public Clock {
 public:
  Instant Now() const override { return Instant(Micros(std::chrono::system_clock::now())); }
  int64_t SteadyMicros() const override { return Micros(std::chrono::steady_clock::now()); }

 private:
  template <class TimePoint>
  static int64_t Micros(TimePoint time) {
    return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
  }
};

}  // namespace

const Clock& SystemClock() {
  static const MachineClock& clock = *new MachineClock;
  return clock;
}

}  // namespace wallet
