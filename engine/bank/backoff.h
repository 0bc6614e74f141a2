// How long to wait before trying again.
#pragma once

#include <cstdint>

#include "wal/base/random.h"

namespace wallet {

// `delay_us` ± 20 %, uniformly.
int64_t Jittered(int64_t delay_us, Random& random);

// After the `tries`-th try (≥ 1): base_us, doubled with each further try up to kMaxBackoffUs, with
// jitter. 0 ≤ base_us ≤ kMaxBackoffUs.
int64_t BackoffUs(int64_t base_us, uint32_t tries, Random& random);

}  // namespace wallet
