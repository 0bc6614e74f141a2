#include "engine/bank/backoff.h"

#include <algorithm>

#include "engine/bank/limits.h"
#include "wal/base/mutant.h"

namespace wallet {

int64_t Jittered(int64_t delay_us, Random& random) {
  const uint64_t fifth = static_cast<uint64_t>(delay_us) / 5;
  return delay_us - static_cast<int64_t>(fifth) +
         static_cast<int64_t>(random.Next() % (2 * fifth + 1));
}

int64_t BackoffUs(int64_t base_us, uint32_t tries, Random& random) {
  int64_t delay_us = base_us;
  for (uint32_t i = 1; i < tries && delay_us < kMaxBackoffUs; ++i)
    delay_us *= WALLET_MUTANT("backoff_does_not_grow") ? 1 : 2;
  return Jittered(std::min(delay_us, kMaxBackoffUs), random);
}

}  // namespace wallet
