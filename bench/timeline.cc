#include "bench/timeline.h"

#include <algorithm>

namespace wallet {

void Timeline::Double() {
  for (size_t i = 0; i < counts_.size(); ++i) {
    const uint64_t count = counts_[i];
    counts_[i] = 0;
    counts_[i / 2] += count;
  }
  counts_.resize((counts_.size() + 1) / 2);
  interval_us_ *= 2;
}

void Timeline::Merge(Timeline other) {
  while (interval_us_ < other.interval_us_) Double();
  while (other.interval_us_ < interval_us_) other.Double();
  counts_.resize(std::max(counts_.size(), other.counts_.size()));
  for (size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
}

}  // namespace wallet
