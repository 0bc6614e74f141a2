#include "net/client/in_flight.h"

#include <utility>

#include "net/client/limits.h"
#include "wal/base/check.h"

namespace wallet::client {

uint64_t InFlight::Add(Frame frame) {
  Slot& slot = slots_[FreeSlot()];
  slot.used = true;
  slot.frame = std::move(frame);
  ++size_;
  return slot.id;
}

uint32_t InFlight::FreeSlot() {
  static_assert(kMaxFramesInFlight <= size_t{1} << kSlotBits);
  if (free_.empty()) {
    WALLET_CHECK(slots_.size() < kMaxFramesInFlight);
    free_.push_back(static_cast<uint32_t>(slots_.size()));
    slots_.push_back({.id = (uint64_t{1} << kSlotBits) + slots_.size()});
  }
  const uint32_t slot = free_.back();
  free_.pop_back();
  return slot;
}

Frame* InFlight::Find(uint64_t request_id) {
  const size_t slot = request_id & ((uint64_t{1} << kSlotBits) - 1);
  if (slot >= slots_.size() || !slots_[slot].used || slots_[slot].id != request_id) return nullptr;
  return &slots_[slot].frame;
}

void InFlight::Remove(uint64_t request_id) {
  WALLET_CHECK(Find(request_id) != nullptr);
  Empty(slots_[request_id & ((uint64_t{1} << kSlotBits) - 1)]);
}

Frame InFlight::Empty(Slot& slot) {
  free_.push_back(static_cast<uint32_t>(&slot - slots_.data()));
  slot.used = false;
  slot.id += uint64_t{1} << kSlotBits;
  --size_;
  return std::exchange(slot.frame, {});
}

std::vector<Frame> InFlight::TakeAll() {
  std::vector<Frame> frames;
  for (Slot& slot : slots_) {
    if (slot.used) frames.push_back(Empty(slot));
  }
  return frames;
}

}  // namespace wallet::client
