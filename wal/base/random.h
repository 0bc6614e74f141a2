// Randomness as something handed in.
#pragma once

#include <cstdint>

namespace wallet {

class Random {
 public:
  virtual ~Random() = default;

  // 64 uniform bits. Any thread.
  virtual uint64_t Next() = 0;
};

// The operating system's generator (getrandom), fit for secrets and identities.
Random& SystemRandom();

}  // namespace wallet
