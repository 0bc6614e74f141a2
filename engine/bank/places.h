// The bounded places of withdrawals under way.
#pragma once

#include <atomic>
#include <cstdint>

#include "wal/base/check.h"

namespace wallet {

// A withdrawal owns a place from its acceptance until it ends or goes to review. Recovered ones
// take theirs by Adopt, beyond the capacity if need be: new ones then wait until there is room
// again. Any thread.
class Places {
 public:
  explicit Places(int64_t capacity) : capacity_(capacity) {}

  bool TryReserve() {
    int64_t used = used_.load(std::memory_order_relaxed);
    while (used < capacity_) {
      if (used_.compare_exchange_weak(used, used + 1, std::memory_order_relaxed)) return true;
    }
    return false;
  }
  void Adopt() { used_.fetch_add(1, std::memory_order_relaxed); }
  void Release() { WALLET_CHECK(used_.fetch_sub(1, std::memory_order_relaxed) > 0); }

  int64_t used() const { return used_.load(std::memory_order_relaxed); }
  int64_t capacity() const { return capacity_; }

 private:
  const int64_t capacity_;
  std::atomic<int64_t> used_{0};
};

}  // namespace wallet
