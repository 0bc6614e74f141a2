// The withdrawals that wait for a bank worker.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "engine/ledger/types.h"

namespace wallet {

// What the dispatcher will do with a withdrawal when a worker is free.
enum class Move : uint8_t {
  kAttempt,  // send the payment
  kInquire,  // ask the bank about it
  kSettle,   // the same, of one accepted before a restore: it is never sent
  kGiveUp,   // put it to review: it was dispatched to a bank of another name
};

// A withdrawal in the dispatcher's hands: small, since there may be many at a start.
struct Work {
  UserId user;
  TransactionId id;
  uint32_t attempts = 0;           // begun so far
  uint16_t unclear_inquiries = 0;  // in a row
  bool asked_again = false;        // about a payment not found that can't be sent again
  Move next = Move::kAttempt;
};
static_assert(sizeof(Work) == 24);

// Those already begun come before those never begun, so that what is under way ends; each kind in
// the order it came.
class WorkQueue {
 public:
  // Adds one from outside. True: the caller must see to it that Collect is called. Any thread.
  bool Add(Work work) {
    length_.fetch_add(1, std::memory_order_relaxed);
    std::lock_guard lock(mutex_);
    inbox_.push_back(work);
    return inbox_.size() == 1;
  }

  // All below: on the executor.

  void Collect() {
    std::lock_guard lock(mutex_);
    fresh_.insert(fresh_.end(), inbox_.begin(), inbox_.end());
    inbox_.clear();
    if (inbox_.capacity() > kKeptInbox) inbox_.shrink_to_fit();
  }

  // Counts one as waiting that is handed out only after its Ready.
  void Expect() { length_.fetch_add(1, std::memory_order_relaxed); }
  void Ready(Work work) { begun_.push_back(work); }

  bool empty() const { return begun_.empty() && fresh_.empty(); }

  Work Pop() {
    std::deque<Work>& from = begun_.empty() ? fresh_ : begun_;
    const Work work = from.front();
    from.pop_front();
    length_.fetch_sub(1, std::memory_order_relaxed);
    return work;
  }

  // Added or expected, and not yet popped. Any thread.
  int64_t length() const { return length_.load(std::memory_order_relaxed); }

 private:
  static constexpr size_t kKeptInbox = 1024;

  std::atomic<int64_t> length_{0};
  std::mutex mutex_;
  std::vector<Work> inbox_;
  std::deque<Work> begun_;
  std::deque<Work> fresh_;
};

}  // namespace wallet
