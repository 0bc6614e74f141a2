// What a run of these tests is told from outside.
#pragma once

#include <cstdint>
#include <cstdlib>

#include "wal/base/random.h"

namespace wallet::crash {

inline uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// WALLET_CRASH_SEED, or a fresh one; to be printed.
inline uint64_t CrashSeed() {
  return FromEnvironment("WALLET_CRASH_SEED", SystemRandom().Next() % 1'000'000);
}

}  // namespace wallet::crash
