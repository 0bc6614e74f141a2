// The bank's bounded places, seen from outside.

#include "absl/strings/str_cat.h"
#include "tests/e2e/fixture.h"

namespace wallet::e2e {
namespace {

constexpr int64_t kUser = 7;

class Queue : public EitherInterface {
 protected:
  // A bank that keeps its callers waiting for longer than any test runs.
  void StartWithAStuckBank(int workers, int queue) {
    Start({"--bank-workers", absl::StrCat(workers), "--bank-queue", absl::StrCat(queue),
           "--bank-sim-latency", "30m", "--bank-timeout", "1h"});
  }
};

TEST_P(Queue, AFullOneRefusesAndWritesNothing) {
  StartWithAStuckBank(1, 2);
  const std::unique_ptr<Door> door = Open();
  ASSERT_THAT(door->Do(ChargeOf(kUser, 10'000, "charge")), IsOk());
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(door->Do(WithdrawOf(kUser, 100, absl::StrCat("w", i))), IsOk());
  }

  const auto refused = door->Do(WithdrawOf(kUser, 100, "one-too-many"));

  EXPECT_THAT(refused, IsCode(client::Code::kQueueFull));
  EXPECT_FALSE(refused.transaction);
  if (GetParam() == Interface::kHttp) {
    EXPECT_GE(door->retry_after().value_or(0), 1);
  }
  EXPECT_THAT(door->GetTransaction(kUser, "one-too-many"),
              IsCode(client::Code::kTransactionNotFound));
  EXPECT_EQ(door->List({.user_id = kUser}).total, 4);
  EXPECT_THAT(door->GetBalance(kUser).balance, IsBalance(10'000, 9'700, 0, 300));
  EXPECT_THAT(door->Do(ChargeOf(kUser, 1, "charges-need-no-place")), IsOk());
}

TEST_P(Queue, EveryOtherReasonComesBeforeAFullOne) {
  StartWithAStuckBank(1, 0);
  const std::unique_ptr<Door> door = Open();
  ASSERT_THAT(door->Do(ChargeOf(kUser, 100, "charge")), IsOk());
  ASSERT_THAT(door->Do(WithdrawOf(kUser, 60, "first")), IsOk());

  EXPECT_THAT(door->Do(WithdrawOf(kUser, 60, "first")), IsCode(client::Code::kDuplicateRequest));
  EXPECT_THAT(door->Do(WithdrawOf(kUser, 61, "first")),
              IsCode(client::Code::kIdempotencyKeyReused));
  EXPECT_THAT(door->Do(WithdrawOf(kUser, 41, "second")),
              IsCode(client::Code::kInsufficientBalance));
  EXPECT_THAT(door->Do(WithdrawOf(kUser, 40, "second")), IsCode(client::Code::kQueueFull));
}

TEST_P(Queue, TheRefusedKeyIsAcceptedOnceThereIsRoom) {
  Start({"--bank-workers", "1", "--bank-queue", "2", "--bank-sim-latency", "500ms"});
  const std::unique_ptr<Door> door = Open();
  ASSERT_THAT(door->Do(ChargeOf(kUser, 1'000'000, "charge")), IsOk());
  int accepted = 0;
  client::WriteAnswer answer;
  const auto next = [&] { return WithdrawOf(kUser, 1, absl::StrCat("w", accepted)); };
  while ((answer = door->Do(next())).ok()) ++accepted;
  ASSERT_THAT(answer, IsCode(client::Code::kQueueFull));
  const int64_t written = door->List({.user_id = kUser}).total;
  EXPECT_EQ(written, 1 + accepted);

  EXPECT_TRUE(server().Eventually([&] { return door->Do(next()).ok(); }));
}

TEST_P(Queue, ARestartKeepsWhatWaitedAndTheBankIsAskedAgain) {
  StartWithAStuckBank(1, 9);
  {
    const std::unique_ptr<Door> door = Open();
    ASSERT_THAT(door->Do(ChargeOf(kUser, 1'000, "charge")), IsOk());
    for (int i = 0; i < 10; ++i) {
      ASSERT_THAT(door->Do(WithdrawOf(kUser, 100, absl::StrCat("w", i))), IsOk());
    }
    EXPECT_THAT(door->GetBalance(kUser).balance, IsBalance(1'000, 0, 0, 1'000));
  }
  server().Kill();

  Start({"--bank-sim-latency", "0ms", "--bank-backoff", "10ms"});
  const std::unique_ptr<Door> door = Open();
  EXPECT_TRUE(server().Eventually([&] { return door->GetBalance(kUser).balance.held == 0; }));
  EXPECT_THAT(door->GetBalance(kUser).balance, IsBalance(0, 0, 0, 0));
  for (const auto& each : door->List({.user_id = kUser, .limit = 10}).transactions) {
    EXPECT_EQ(each.substatus, "completed") << each.id;
  }
}

WALLET_ON_EITHER_INTERFACE(Queue);

}  // namespace
}  // namespace wallet::e2e
