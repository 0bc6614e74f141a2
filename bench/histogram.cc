#include "bench/histogram.h"

#include <cmath>

namespace wallet {

int64_t Histogram::Percentile(double fraction) const {
  if (total_ == 0) return 0;
  const uint64_t wanted = std::max<uint64_t>(
      1, static_cast<uint64_t>(std::ceil(fraction * static_cast<double>(total_))));
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted) return UpperEnd(bucket);
  }
  return UpperEnd(counts_.size() - 1);
}

int64_t Histogram::UpperEnd(size_t bucket) {
  // Values below 2^(kBits + 1) have buckets of their own.
  if (bucket < (size_t{2} << kBits)) return static_cast<int64_t>(bucket);
  const size_t shift = (bucket >> kBits) - 1;
  const uint64_t first = ((bucket & ((1 << kBits) - 1)) | (1 << kBits));
  return static_cast<int64_t>(((first + 1) << shift) - 1);
}

}  // namespace wallet
