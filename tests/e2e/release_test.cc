// Money that is released at an instant: exactly then, judged on every read and withdraw.

#include "tests/e2e/fixture.h"
#include "wal/base/clock.h"

namespace wallet::e2e {
namespace {

constexpr int64_t kUser = 7;

class Release : public EitherInterface {};

TEST_P(Release, MoneyIsHeldBackBeforeItsInstantAndThereFromItOn) {
  Start({"--bank-sim-latency", "0ms"});
  const std::unique_ptr<Door> door = Open();
  const Instant release_at(SystemClock().Now().value() + 1'500'000);
  client::Charge charge = ChargeOf(kUser, 900, "charge");
  charge.release_at = release_at;
  const auto charged = door->Do(charge);
  ASSERT_THAT(charged, IsOk());
  EXPECT_EQ(charged.transaction->release_at, release_at);

  int looks_before = 0, looks_after = 0;
  EXPECT_TRUE(server().Eventually([&] {
    const Instant asked = SystemClock().Now();
    const client::Balance balance = door->GetBalance(kUser).balance;
    const Instant answered = SystemClock().Now();
    if (answered < release_at) {
      ++looks_before;
      EXPECT_THAT(balance, IsBalance(900, 0, 900, 0));
    }
    if (asked >= release_at) {
      ++looks_after;
      EXPECT_THAT(balance, IsBalance(900, 900, 0, 0));
    }
    return looks_after > 0;
  }));
  EXPECT_GT(looks_before, 0);
}

TEST_P(Release, AWithdrawalIsRefusedBeforeTheInstantAndPassesFromItOn) {
  Start({"--bank-sim-latency", "30m", "--bank-timeout", "1h"});
  const std::unique_ptr<Door> door = Open();
  const Instant release_at(SystemClock().Now().value() + 1'500'000);
  client::Charge charge = ChargeOf(kUser, 900, "charge");
  charge.release_at = release_at;
  ASSERT_THAT(door->Do(charge), IsOk());

  client::WriteAnswer answer;
  Instant asked, answered;
  EXPECT_TRUE(server().Eventually([&] {
    asked = SystemClock().Now();
    answer = door->Do(WithdrawOf(kUser, 900, "withdraw"));
    answered = SystemClock().Now();
    if (answer.ok()) return true;
    EXPECT_THAT(answer, IsCode(client::Code::kInsufficientBalance));
    EXPECT_LT(asked, release_at) << "refused, although released";
    return false;
  }));
  EXPECT_GE(answered, release_at) << "accepted before its release";
  EXPECT_THAT(door->GetBalance(kUser).balance, IsBalance(900, 0, 0, 900));
}

TEST_P(Release, MoneyThatRipensWhileTheServerIsDownIsThereAfterTheStart) {
  Start();
  const Instant release_at(SystemClock().Now().value() + 300'000);
  {
    client::Charge charge = ChargeOf(kUser, 900, "charge");
    charge.release_at = release_at;
    ASSERT_THAT(Open()->Do(charge), IsOk());
  }
  server().Kill();
  Start();
  const std::unique_ptr<Door> door = Open();
  EXPECT_TRUE(server().Eventually([&] { return SystemClock().Now() >= release_at; }));
  EXPECT_THAT(door->GetBalance(kUser).balance, IsBalance(900, 900, 0, 0));
}

TEST_P(Release, APastInstantReleasesAtOnceAndIsKeptAsGiven) {
  Start();
  const std::unique_ptr<Door> door = Open();
  client::Charge charge = ChargeOf(kUser, 900, "charge");
  charge.release_at = ParseRfc3339("2024-01-15T12:00:00Z");
  ASSERT_THAT(door->Do(charge), IsOk());
  EXPECT_THAT(door->GetBalance(kUser).balance, IsBalance(900, 900, 0, 0));
  EXPECT_EQ(door->GetTransaction(kUser, 1).transaction->release_at, charge.release_at);
}

TEST_P(Release, AFailedWithdrawalNeverWaitsForAReleaseAgain) {
  Start({"--bank-sim-latency", "0ms", "--bank-sim-decline", "1"});
  const std::unique_ptr<Door> door = Open();
  ASSERT_THAT(door->Do(ChargeOf(kUser, 500, "now")), IsOk());
  client::Charge later = ChargeOf(kUser, 700, "later");
  later.release_at = ParseRfc3339("9999-12-31T23:59:59.999999Z");
  ASSERT_THAT(door->Do(later), IsOk());
  ASSERT_THAT(door->Do(WithdrawOf(kUser, 500, "withdraw")), IsOk());

  EXPECT_TRUE(server().Eventually(
      [&] { return door->GetTransaction(kUser, 3).transaction->status == "failed"; }));
  EXPECT_THAT(door->GetBalance(kUser).balance, IsBalance(1'200, 500, 700, 0));
}

WALLET_ON_EITHER_INTERFACE(Release);

}  // namespace
}  // namespace wallet::e2e
