// Huge pages that are there before they are needed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "wal/base/executor.h"
#include "wal/base/huge_pages.h"

namespace wallet {

// Who first touches memory waits until the system has found, cleared and mapped its page: for a
// huge page a quarter of a millisecond, but some 5 ms on a virtual machine that must ask its host
// for it, and longer still where the system must first move other pages out of the way. Who must
// not wait takes pages from here: they are made ready beside, and those given back are used again.
//
// Any thread.
class HugeReserve {
 public:
  // Has pages made ready on `executor` as soon as there are fewer than `ready`, or than half of
  // what was ever taken: who needs few has few lying about. Keeps at most `kept`, no less than
  // `ready`, of those given back. The executor is stopped before the reserve's destruction.
  HugeReserve(size_t ready, size_t kept, Executor& executor);
  HugeReserve(const HugeReserve&) = delete;

  // Makes pages ready here and now, until there are so many, at most `kept`: for those who come
  // before the executor had its turn.
  void Prepare(size_t pages);

  // kHugePageBytes, not initialised. Never waits for one to be made ready: where none is, it comes
  // from AllocateHuge. Aborts when there is no memory.
  HugeMemory Take();
  void GiveBack(HugeMemory page);

  // How many are ready.
  size_t size() const;

 private:
  void Refill();
  bool Fill(HugeMemory page);
  // Under the mutex.
  bool TooFew() const { return pages_.size() < ready_ && pages_.size() < taken_ / 2; }

  const size_t ready_;
  const size_t kept_;
  Executor& executor_;
  mutable std::mutex mutex_;
  std::vector<HugeMemory> pages_;
  uint64_t taken_ = 0;
  bool refilling_ = false;
};

}  // namespace wallet
