// The time as something handed in, so that tests and the simulation own it.
#pragma once

#include <cstdint>

#include "wal/base/instant.h"

namespace wallet {

class Clock {
 public:
  virtual ~Clock() = default;

  // Wall-clock time; it may leap in either direction. Any thread.
  virtual Instant Now() const = 0;

  // Microseconds since an arbitrary start; never goes back. Any thread.
  virtual int64_t SteadyMicros() const = 0;
};

// The machine's clocks. The object lives for ever.
const Clock& SystemClock();

}  // namespace wallet
