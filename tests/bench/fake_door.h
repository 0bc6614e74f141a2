// A door whose calls are answered when the test says so.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <limits>
#include <mutex>

#include "bench/wallet_bench/door.h"

namespace wallet::bench {

inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

class FakeDoor final : public Door {
 public:
  void Post(absl::AnyInvocable<void()> work) override { work(); }

  void Send(Call& call) override {
    std::lock_guard lock(mutex_);
    waiting_.push_back(&call);
    ++sent_;
    came_.notify_all();
  }

  // Waits until so many calls have been sent since the beginning.
  void AwaitSent(size_t count) {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return sent_ >= count; });
  }

  size_t waiting() {
    std::lock_guard lock(mutex_);
    return waiting_.size();
  }

  // The call that has waited longest; there is one.
  Call& Next() {
    std::lock_guard lock(mutex_);
    Call& call = *waiting_.front();
    waiting_.pop_front();
    return call;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<Call*> waiting_;
  size_t sent_ = 0;
};

// Answers all operations of a call; it is not to be touched afterwards.
inline void AcceptAll(Call& call) {
  for (uint32_t left = call.count(); left > 0; --left) call.Accept(Kind::kCharge);
}
inline void RefuseAll(Call& call, const std::string& code) {
  for (uint32_t left = call.count(); left > 0; --left) call.Refuse(code);
}

}  // namespace wallet::bench
