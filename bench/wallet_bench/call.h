// One call under way: operations that are sent together and whose latency is one.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bench/wallet_bench/operation.h"

namespace wallet::bench {

// Filled by a runner, handed to a Door, and back with the runner when the last operation was
// answered; then it is used again, so that a call costs no memory.
class Call {
 public:
  class Owner {
   public:
    // On the door's thread.
    virtual void OnEnded(Call& call) = 0;

   protected:
    ~Owner() = default;
  };

  explicit Call(Owner& owner) : owner_(&owner) {}

  // Operations [first, first + count), which begin, or were to begin, at `start_us`.
  void Begin(uint64_t first, uint32_t count, int64_t start_us) {
    first_ = first;
    count_ = open_ = count;
    start_us_ = start_us;
    accepted_.fill(0);
    refused_.clear();
  }

  uint64_t first() const { return first_; }
  uint32_t count() const { return count_; }
  int64_t start_us() const { return start_us_; }
  const std::array<uint32_t, kKinds>& accepted() const { return accepted_; }
  // The codes of those that were not.
  const std::vector<std::string>& refused() const { return refused_; }

  // One operation was answered. With the last one the call ends, and is its owner's again.
  void Accept(Kind kind) {
    ++accepted_[static_cast<size_t>(kind)];
    Answered();
  }
  void Refuse(std::string code) {
    refused_.push_back(std::move(code));
    Answered();
  }

 private:
  void Answered() {
    if (--open_ == 0) owner_->OnEnded(*this);
  }

  Owner* owner_;
  uint64_t first_ = 0;
  int64_t start_us_ = 0;
  uint32_t count_ = 0;
  uint32_t open_ = 0;
  std::array<uint32_t, kKinds> accepted_{};
  std::vector<std::string> refused_;
};

}  // namespace wallet::bench
