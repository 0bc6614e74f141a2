// How much is to be done: so many operations, or so long, after a warm-up.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>

namespace wallet::bench {

struct Range {
  uint64_t first = 0;
  uint32_t count = 0;  // 0: nothing is left to do
};

// Hands out the numbers of the operations; those of the warm-up come on top. Any thread.
class Quota {
 public:
  // The warm-up ends at `measured_from_us`. `transactions` 0: as many as can be until `end_us`.
  Quota(uint64_t transactions, int64_t measured_from_us, int64_t end_us)
      : transactions_(transactions == 0 ? std::numeric_limits<uint64_t>::max() / 2 : transactions),
        measured_from_us_(measured_from_us),
        end_us_(end_us) {}

  bool IsMeasured(int64_t start_us) const { return start_us >= measured_from_us_; }
  int64_t measured_from_us() const { return measured_from_us_; }
  int64_t end_us() const { return end_us_; }

  // For a call that starts, or was to start, at `start_us`: at most `most` operations.
  Range Take(int64_t start_us, uint32_t most) {
    if (stopped_.load(std::memory_order_relaxed) || start_us >= end_us_) return {};
    uint64_t count = most;
    if (IsMeasured(start_us)) {
      const uint64_t before = measured_.fetch_add(most, std::memory_order_relaxed);
      if (before >= transactions_) return {};
      count = std::min<uint64_t>(most, transactions_ - before);
    }
    return {next_.fetch_add(count, std::memory_order_relaxed), static_cast<uint32_t>(count)};
  }

  // Nothing is handed out any more: the server is gone.
  void Stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }

 private:
  const uint64_t transactions_;
  const int64_t measured_from_us_;
  const int64_t end_us_;
  std::atomic<uint64_t> next_{0};
  std::atomic<uint64_t> measured_{0};
  std::atomic<bool> stopped_{false};
};

}  // namespace wallet::bench
