// The one source of chance in a simulated world: everything follows from its seed.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "wal/base/hash.h"
#include "wal/base/instant.h"
#include "wal/base/random.h"

namespace wallet::simulation {

// How often something happens, in parts per million.
using Ppm = int64_t;
inline constexpr Ppm kAlways = 1'000'000;

inline constexpr int64_t kSecond = kMicrosPerSecond;

// Integers only, so that a seed means the same on every machine. One thread.
class SimRandom final : public Random {
 public:
  explicit SimRandom(uint64_t seed) : state_(Mix64(seed)) {}

  uint64_t Next() override { return Mix64(state_ += 0x9e3779b97f4a7c15); }

  // A stream of its own, so that what one part draws does not shift what another does.
  SimRandom Fork() { return SimRandom(Next()); }

  // low … high, each as likely.
  int64_t Range(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(Next() % (static_cast<uint64_t>(high - low) + 1));
  }
  // low … high (low ≥ 1), each order of magnitude as likely.
  int64_t LogRange(int64_t low, int64_t high) {
    const int bits = static_cast<int>(Range(Width(low), Width(high)));
    const int64_t most = (int64_t{1} << bits) - 1;
    return std::clamp(Range((most >> 1) + 1, most), low, high);
  }
  bool Chance(Ppm ppm) {
    return ppm > 0 && static_cast<Ppm>(Next() % static_cast<uint64_t>(kAlways)) < ppm;
  }
  template <class T>
  const T& Pick(const std::vector<T>& from) {
    return from[static_cast<size_t>(Next() % from.size())];
  }

 private:
  static int Width(int64_t value) { return std::bit_width(static_cast<uint64_t>(value)); }

  uint64_t state_;
};

}  // namespace wallet::simulation
