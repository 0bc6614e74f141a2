#include "engine/ledger/lot_memory.h"

#include <new>
#include <utility>

#include "wal/base/check.h"

namespace wallet {

Lot* LotMemory::Take(int size_class) {
  WALLET_CHECK(size_class >= 1 && size_class < kSizeClasses);
  if (Free* const free = free_[size_class]) {
    free_[size_class] = free->next;
    return reinterpret_cast<Lot*>(free);
  }
  const size_t bytes = sizeof(Lot) << size_class;
  if (kHugePageBytes - used_ < bytes) {
    chunks_.push_back(reserve_ ? reserve_->Take() : AllocateHuge(kHugePageBytes));
    used_ = 0;
  }
  char* const room = chunks_.back().get() + used_;
  used_ += bytes;
  return reinterpret_cast<Lot*>(room);
}

void LotMemory::GiveBack(Lot* room, int size_class) {
  WALLET_CHECK(size_class >= 1 && size_class < kSizeClasses);
  free_[size_class] = new (room) Free{free_[size_class]};
}

}  // namespace wallet
