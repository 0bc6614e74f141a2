// Frames that were sent and are not answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "net/client/backlog.h"

namespace wallet::client {

// Request ids name a slot and how often it was used: an id that was answered is never one again.
// One thread at a time.
class InFlight {
 public:
  // At most kMaxFramesInFlight; with frames under way it never shrinks below their number.
  void set_capacity(size_t capacity) { capacity_ = capacity; }

  bool empty() const { return size_ == 0; }
  bool full() const { return size_ >= capacity_; }

  // Gives the frame its request id.
  uint64_t Add(Frame frame);
  // nullptr when no such request is under way.
  Frame* Find(uint64_t request_id);
  void Remove(uint64_t request_id);

  // All that is under way; nothing is any more.
  std::vector<Frame> TakeAll();

 private:
  static constexpr int kSlotBits = 16;

  struct Slot {
    uint64_t id = 0;  // of the present use, or the next
    bool used = false;
    Frame frame;
  };

  uint32_t FreeSlot();
  Frame Empty(Slot& slot);

  size_t capacity_ = 1;
  size_t size_ = 0;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;
};

}  // namespace wallet::client
