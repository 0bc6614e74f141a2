// Latencies counted in buckets whose width grows with the value: each power of two is cut into 64,
// so that every percentile is exact to 1.6 %.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace wallet {

// Values are non-negative integers of any unit. One thread at a time; Merge joins threads' counts.
class Histogram {
 public:
  void Add(int64_t value) {
    ++counts_[BucketOf(value)];
    ++total_;
  }
  void Merge(const Histogram& other) {
    for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
  }

  uint64_t total() const { return total_; }

  // The smallest bucket's upper end such that at least `fraction` (0 … 1) of all values lie at or
  // below it; 0 when there are none.
  int64_t Percentile(double fraction) const;

 private:
  static constexpr int kBits = 6;  // of precision below the leading one
  static constexpr size_t kBuckets = (64 - kBits) << kBits;

  static size_t BucketOf(int64_t value) {
    const uint64_t number = value < 0 ? 0 : static_cast<uint64_t>(value);
    const int shift = std::max(0, static_cast<int>(std::bit_width(number)) - kBits - 1);
    return (static_cast<size_t>(shift) << kBits) + (number >> shift);
  }
  static int64_t UpperEnd(size_t bucket);

  std::array<uint64_t, kBuckets + (1 << kBits)> counts_{};
  uint64_t total_ = 0;
};

}  // namespace wallet
