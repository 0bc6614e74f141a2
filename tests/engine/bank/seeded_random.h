// Randomness that repeats.
#pragma once

#include <atomic>
#include <cstdint>

#include "wal/base/hash.h"
#include "wal/base/random.h"

namespace wallet {

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(Mix64(seed)) {}
  uint64_t Next() override { return Mix64(state_.fetch_add(0x9e3779b97f4a7c15)); }

 private:
  std::atomic<uint64_t> state_;
};

}  // namespace wallet
