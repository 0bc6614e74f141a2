// Many callers at once: money that is there once is spent once.

#include <atomic>
#include <barrier>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/e2e/fixture.h"

namespace wallet::e2e {
namespace {

class Concurrency : public EitherInterface {
 protected:
  // Runs `call(door, caller)` in that many threads, each with a connection of its own; they start
  // together.
  template <class Call>
  void Together(int callers, Call call) {
    std::barrier start(callers);
    std::vector<std::thread> threads;
    for (int caller = 0; caller < callers; ++caller) {
      threads.emplace_back([&, caller] {
        const std::unique_ptr<Door> door = Open();
        door->GetBalance(1);  // connected before the others are let go
        start.arrive_and_wait();
        call(*door, caller);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
};

TEST_P(Concurrency, Of200WithdrawalsOfOneBalanceExactlyOnePasses) {
  Start({"--bank-sim-latency", "30m", "--bank-timeout", "1h", "--bank-queue", "1000"});
  const std::unique_ptr<Door> door = Open();
  ASSERT_THAT(door->Do(ChargeOf(7, 5'000, "charge")), IsOk());

  std::atomic<int> accepted{0}, refused{0};
  Together(200, [&](Door& caller, int number) {
    const auto answer = caller.Do(WithdrawOf(7, 5'000, absl::StrCat("withdraw-", number)));
    accepted += answer.ok();
    refused += answer.code == client::Code::kInsufficientBalance;
  });

  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(refused, 199);
  EXPECT_THAT(door->GetBalance(7).balance, IsBalance(5'000, 0, 0, 5'000));
  EXPECT_EQ(door->List({.user_id = 7}).total, 2);
}

TEST_P(Concurrency, AThousandRepeatsOfOneWithdrawalMoveMoneyOnce) {
  Start({"--bank-sim-latency", "30m", "--bank-timeout", "1h"});
  const std::unique_ptr<Door> door = Open();
  ASSERT_THAT(door->Do(ChargeOf(7, 5'000, "charge")), IsOk());

  std::atomic<int> accepted{0}, duplicates{0}, of_the_original{0};
  Together(20, [&](Door& caller, int) {
    for (int i = 0; i < 50; ++i) {
      const auto answer = caller.Do(WithdrawOf(7, 5, "the-one"));
      accepted += answer.ok();
      duplicates += answer.code == client::Code::kDuplicateRequest;
      of_the_original += answer.transaction && answer.transaction->id == 2;
    }
  });

  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(duplicates, 999);
  EXPECT_EQ(of_the_original, 1'000);
  EXPECT_THAT(door->GetBalance(7).balance, IsBalance(5'000, 4'995, 0, 5));
  EXPECT_EQ(door->List({.user_id = 7}).total, 2);
}

TEST_P(Concurrency, AThousandRepeatsOfOneChargeCreditOnce) {
  Start();
  std::atomic<int> accepted{0}, duplicates{0};
  Together(20, [&](Door& caller, int) {
    for (int i = 0; i < 50; ++i) {
      const auto answer = caller.Do(ChargeOf(7, 1'000, "the-one"));
      accepted += answer.ok();
      duplicates += answer.code == client::Code::kDuplicateRequest;
    }
  });

  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(duplicates, 999);
  EXPECT_THAT(Open()->GetBalance(7).balance, IsBalance(1'000, 1'000, 0, 0));
}

TEST_P(Concurrency, OneKeyForDifferentRequestsIsTakenByExactlyOne) {
  Start();
  std::atomic<int> accepted{0}, reused{0};
  std::atomic<int64_t> credited{0};
  Together(50, [&](Door& caller, int number) {
    const auto answer = caller.Do(ChargeOf(7, 100 + number, "contested"));
    if (answer.ok()) {
      ++accepted;
      credited = 100 + number;
    }
    reused += answer.code == client::Code::kIdempotencyKeyReused && !answer.transaction;
  });

  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(reused, 49);
  EXPECT_EQ(Open()->GetBalance(7).balance.total, credited);
}

TEST_P(Concurrency, IdsOfManyWritersHaveNoGaps) {
  Start();
  std::mutex mutex;
  std::set<int64_t> ids;
  Together(20, [&](Door& caller, int number) {
    for (int i = 0; i < 25; ++i) {
      const auto answer = caller.Do(ChargeOf(7, 1, absl::StrCat(number, "-", i)));
      std::lock_guard lock(mutex);
      if (answer.transaction) ids.insert(answer.transaction->id);
    }
  });

  ASSERT_EQ(ids.size(), 500);
  EXPECT_EQ(*ids.begin(), 1);
  EXPECT_EQ(*ids.rbegin(), 500);
}

WALLET_ON_EITHER_INTERFACE(Concurrency);

}  // namespace
}  // namespace wallet::e2e
