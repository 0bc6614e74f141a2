// Huge pages that are there before they are needed.
#pragma once

#include <cstddef>
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
  // Has `ready` pages made ready on `executor` as soon as there are fewer, from the first that is
  // taken on, and keeps at most `kept`, at least as many, of those given back. The executor is
  // stopped before the reserve's destruction.
  HugeReserve(size_t ready, size_t kept, Executor& executor);
  HugeReserve(const HugeReserve&) = delete;

  // kHugePageBytes, not initialised. Never waits for one to be made ready: where none is, it comes
  // from AllocateHuge. Aborts when there is no memory.
  HugeMemory Take();
  void GiveBack(HugeMemory page);

  // How many are ready.
  size_t size() const;

 private:
  void Refill();
  bool Fill(HugeMemory page);

  const size_t ready_;
  const size_t kept_;
  Executor& executor_;
  mutable std::mutex mutex_;
  std::vector<HugeMemory> pages_;
  bool refilling_ = false;
};

}  // namespace wallet
