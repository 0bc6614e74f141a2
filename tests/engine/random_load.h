// Random writes, reads, bank answers and disk completions on a Harness, a task at a time.
#pragma once

#include <deque>
#include <random>
#include <string>

#include "tests/engine/harness.h"

namespace wallet::testing {

class RandomLoad {
 public:
  RandomLoad(Harness& harness, unsigned seed, int64_t users = 40)
      : h_(harness), random_(seed), users_(users) {}

  uint64_t Below(uint64_t bound) { return random_() % bound; }

  void SubmitWrite() {
    const int64_t user = 1 + static_cast<int64_t>(Below(users_));
    keys_.push_back("k" + std::to_string(keys_.size()));
    const int64_t amount = 1 + static_cast<int64_t>(Below(1'000));
    Charge charge = Harness::ChargeOf(user, amount, keys_.back());
    if (Below(4) == 0) charge.release_at = Instant(h_.clock.Now().value() + 1 + Below(1'000'000));
    Operation operation = charge;
    if (Below(4) == 0) operation = Harness::WithdrawOf(user, amount, keys_.back());
    if (Below(8) == 0) operation = ReadBalance{UserId(user), *Currency::Parse("USD")};
    h_.Submit({operation}, h_.engine->ShardOf(UserId(user)));
  }
  void Step() {
    switch (Below(4)) {
      case 0:
        return SubmitWrite();
      case 1:
        h_.log->CompleteNext();
        return;
      case 2:
        if (!h_.bank.waiting.empty()) h_.bank.Answer(PayVerdict::kPaid);
        return;
      default:
        h_.scheduler.RunOne();
    }
  }
  void Steps(uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) Step();
  }
  // Until nothing is under way but bank calls.
  void Settle() {
    do {
      h_.scheduler.RunUntilIdle();
    } while (h_.log->CompleteNext());
  }

 private:
  Harness& h_;
  std::mt19937_64 random_;
  const int64_t users_;
  std::deque<std::string> keys_;  // which operations point into
};

}  // namespace wallet::testing
