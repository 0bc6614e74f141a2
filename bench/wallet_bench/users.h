// Which users a workload's operations are about.
#pragma once

#include <cstdint>

#include "wal/base/hash.h"

namespace wallet::bench {

// Random numbers that follow from a seed alone, so that an operation follows from its number.
class Draws {
 public:
  explicit Draws(uint64_t seed) : state_(Mix64(seed)) {}

  uint64_t Next() { return Mix64(state_ += 0x9e3779b97f4a7c15); }
  // Uniform in [0, 1).
  double Fraction() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  // Uniform in [0, bound), for bounds far below 2^64.
  int64_t Below(int64_t bound) {
    return static_cast<int64_t>(Next() % static_cast<uint64_t>(bound));
  }

 private:
  uint64_t state_;
};

// Users 1 … count: uniform, or user k with a probability proportional to 1 / k^exponent (Zipf).
// Any thread.
class Users {
 public:
  // `zipf_exponent` 0: uniform.
  Users(int64_t count, double zipf_exponent);

  int64_t count() const { return count_; }
  int64_t Draw(Draws& draws) const {
    return exponent_ == 0 ? 1 + draws.Below(count_) : DrawZipf(draws);
  }

 private:
  int64_t DrawZipf(Draws& draws) const;
  double Height(double x) const;
  double Area(double x) const;
  double AreaInverse(double area) const;

  int64_t count_;
  double exponent_;
  double first_area_ = 0, last_area_ = 0;
  double sure_ = 0;
};

}  // namespace wallet::bench
