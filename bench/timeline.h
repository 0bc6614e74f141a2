// How many answers came when: counts by interval, in bounded memory however long the run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace wallet {

// Starts with intervals of 50 ms; when there are too many of them, they double. One thread at a
// time; Merge joins threads' counts.
class Timeline {
 public:
  static constexpr size_t kMostIntervals = 512;

  // `at_us`: since the run began; what came before that counts as its first moment.
  void Add(int64_t at_us, uint64_t count) {
    size_t interval = static_cast<size_t>(at_us < 0 ? 0 : at_us) / interval_us_;
    while (interval >= kMostIntervals) {
      Double();
      interval /= 2;
    }
    if (interval >= counts_.size()) counts_.resize(interval + 1);
    counts_[interval] += count;
  }
  void Merge(Timeline other);

  double interval_s() const { return static_cast<double>(interval_us_) / 1e6; }
  const std::vector<uint64_t>& counts() const { return counts_; }

 private:
  void Double();

  size_t interval_us_ = 50'000;
  std::vector<uint64_t> counts_;
};

}  // namespace wallet
