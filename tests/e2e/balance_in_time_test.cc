// Balances of other instants than now.

#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/fixture.h"
#include "wal/base/clock.h"

namespace wallet::e2e {
namespace {

constexpr int64_t kUser = 7;

class BalanceInTime : public EitherInterface {};

TEST_P(BalanceInTime, AheadIsWhatItWillBeIfNothingElseHappens) {
  Start({"--bank-sim-latency", "30m", "--bank-timeout", "1h"});
  const std::unique_ptr<Door> door = Open();
  const Instant now = SystemClock().Now();
  const auto ahead = [&](int64_t hours) { return Instant(now.value() + hours * 3'600'000'000); };
  const auto charge = [&](const char* key, int64_t amount, int64_t hours) {
    client::Charge request = ChargeOf(kUser, amount, key);
    if (hours > 0) request.release_at = ahead(hours);
    ASSERT_THAT(door->Do(request), IsOk());
  };
  charge("a", 1'000, 0);
  charge("b", 20, 2);
  charge("c", 3, 5);
  charge("d", 4, 2);
  ASSERT_THAT(door->Do(WithdrawOf(kUser, 300, "w")), IsOk());

  EXPECT_FALSE(door->GetBalance(kUser).at);
  const auto soon = door->Read({.user_id = kUser, .at = ahead(1)});
  ASSERT_THAT(soon, IsOk());
  EXPECT_EQ(soon.at, ahead(1));
  EXPECT_THAT(soon.balance, IsBalance(1'027, 700, 27, 300));
  EXPECT_TRUE(soon.schedule.empty());
  EXPECT_THAT(door->Read({.user_id = kUser, .at = ahead(2)}).balance,
              IsBalance(1'027, 724, 3, 300));
  EXPECT_THAT(door->Read({.user_id = kUser, .at = kMaxInstant}).balance,
              IsBalance(1'027, 727, 0, 300));

  const auto scheduled = door->Read({.user_id = kUser, .schedule = 1'000});
  ASSERT_THAT(scheduled, IsOk());
  ASSERT_TRUE(scheduled.at);
  EXPECT_GE(*scheduled.at, now);
  EXPECT_THAT(scheduled.balance, IsBalance(1'027, 700, 27, 300));
  ASSERT_EQ(scheduled.schedule.size(), 2u);
  EXPECT_EQ(scheduled.schedule[0].release_at, ahead(2));
  EXPECT_EQ(scheduled.schedule[0].amount, 24);
  EXPECT_EQ(scheduled.schedule[1].amount, 3);
  EXPECT_EQ(door->Read({.user_id = kUser, .schedule = 1}).schedule.size(), 1u);
  const auto behind = door->Read({.user_id = kUser, .at = ahead(2), .schedule = 5});
  ASSERT_EQ(behind.schedule.size(), 1u);
  EXPECT_EQ(behind.schedule[0].release_at, ahead(5));
}

TEST_P(BalanceInTime, OfThePastItIsWhatItWasThenAlsoAfterARestart) {
  Start({"--bank-sim-latency", "0ms"});
  std::unique_ptr<Door> door = Open();
  // What the balances were, and an instant at which each of them was so.
  std::vector<std::pair<Instant, client::Balance>> known;
  const auto note = [&] {
    const client::BalanceAnswer now = door->Read({.user_id = kUser, .schedule = 1});
    ASSERT_THAT(now, IsOk());
    known.emplace_back(*now.at, now.balance);
  };
  const auto settled = [&] { return door->GetBalance(kUser).balance.held == 0; };
  const Instant before = SystemClock().Now();
  for (int i = 0; i < 30; ++i) {
    const std::string number = std::to_string(i);
    client::Charge charge = ChargeOf(kUser, 100 + i, "c" + number);
    if (i % 2 == 0) charge.release_at = Instant(SystemClock().Now().value() + 300'000);
    ASSERT_THAT(door->Do(charge), IsOk());
    note();
    if (i % 5 != 4) continue;
    ASSERT_THAT(door->Do(WithdrawOf(kUser, 10 + i, "w" + number)), IsOk());
    ASSERT_TRUE(server().Eventually(settled));
    note();
  }
  // An instant of which the ledger's time has moved on.
  client::BalanceAnswer now;
  ASSERT_TRUE(server().Eventually([&] {
    now = door->Read({.user_id = kUser, .schedule = 1});
    return now.ok() && *now.at > known.back().first;
  }));
  for (const bool restarted : {false, true}) {
    if (restarted) {
      server().Kill();
      Start({"--bank-sim-latency", "0ms", "--shards", "3"});
      door = Open();
    }
    EXPECT_THAT(door->Read({.user_id = kUser, .at = before}).balance, IsBalance(0, 0, 0, 0));
    for (const auto& [at, was] : known) {
      const client::BalanceAnswer past = door->Read({.user_id = kUser, .at = at});
      ASSERT_THAT(past, IsOk());
      EXPECT_EQ(past.at, at);
      EXPECT_THAT(past.balance, IsBalance(was.total, was.withdrawable, was.unreleased, was.held));
    }
  }
}

WALLET_ON_EITHER_INTERFACE(BalanceInTime);

}  // namespace
}  // namespace wallet::e2e
