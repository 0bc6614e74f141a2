// What a process and its files take.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace wallet::bench {

// Of this process, now. 0 where the system does not say.
uint64_t ResidentBytes();
// The processor time of all its threads so far, and of the calling one, in microseconds.
int64_t ProcessorMicros();
int64_t ThreadMicros();

// Of the blocks that a directory's files take on the disk, and what is below it.
uint64_t DiskBytes(const std::string& directory);

// Empties the page cache of what is below the directory; all of it where the process may. What was
// not yet written stays. False where the system did not let it.
bool DropPageCache(const std::string& directory);

// Looks at ResidentBytes every 20 ms, on a thread of its own, and keeps the highest.
class PeakMemory {
 public:
  PeakMemory();
  ~PeakMemory();
  PeakMemory(const PeakMemory&) = delete;

  uint64_t bytes() const { return peak_.load(std::memory_order_relaxed); }
  // The highest from now on, while a condition lasts.
  void BeginWindow() { window_.store(ResidentBytes(), std::memory_order_relaxed); }
  uint64_t window_bytes() const { return window_.load(std::memory_order_relaxed); }

 private:
  void Watch();

  std::atomic<uint64_t> peak_{0}, window_{0};
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

}  // namespace wallet::bench
