// Where the lots of accounts with a few of them lie.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/ledger/lot.h"
#include "wal/base/huge_pages.h"
#include "wal/base/huge_reserve.h"

namespace wallet {

// Rooms for 2, 4, 8 … lots, in huge pages. Not from malloc: millions of small pieces, let go of as
// lots mature, are what makes it stand still. It looks through ten thousand freed ones at a time
// when a larger one is wanted (2 to 10 ms, each time again), and a thread's heap grows by a system
// call for every 4 KiB. Here a room that was let go of is the next to be given away; memory goes
// back to the system only in the end, and a size keeps what it once needed. One thread.
class LotMemory {
 public:
  // Rooms are for 2^size_class lots.
  static constexpr int kSizeClasses = 7;  // and no room is for a single one

  LotMemory() = default;
  LotMemory(const LotMemory&) = delete;

  // New memory comes from there from now on; it outlives this.
  void UseReserve(HugeReserve& reserve) { reserve_ = &reserve; }

  // Not initialised; good until it is given back or this ends. 1 ≤ size_class < kSizeClasses.
  Lot* Take(int size_class);
  // `room` was taken with this class.
  void GiveBack(Lot* room, int size_class);

 private:
  // What a free room holds.
  struct Free {
    Free* next;
  };

  HugeReserve* reserve_ = nullptr;
  std::vector<HugeMemory> chunks_;
  size_t used_ = kHugePageBytes;  // bytes of the last chunk
  Free* free_[kSizeClasses] = {};
};

}  // namespace wallet
