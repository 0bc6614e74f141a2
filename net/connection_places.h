// How many connections all listeners of a server may have together.
#pragma once

#include <atomic>
#include <cstdint>

namespace wallet {

// Any thread.
class ConnectionPlaces {
 public:
  explicit ConnectionPlaces(int64_t most) : most_(most) {}

  // False when all are taken: then nothing is to be given back.
  bool Take() {
    if (taken_.fetch_add(1, std::memory_order_relaxed) < most_) return true;
    Give();
    return false;
  }
  void Give() { taken_.fetch_sub(1, std::memory_order_relaxed); }

  int64_t taken() const { return taken_.load(std::memory_order_relaxed); }

 private:
  const int64_t most_;
  std::atomic<int64_t> taken_{0};
};

}  // namespace wallet
