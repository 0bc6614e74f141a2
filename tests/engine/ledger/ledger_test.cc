#include "engine/ledger/ledger.h"

#include <gtest/gtest.h>

#include "engine/ledger/ledger_state.h"
#include "tests/engine/events.h"
#include "tests/engine/ledger/ledger_driver.h"

namespace wallet {
namespace {

using testing::LedgerDriver;

constexpr int64_t kMax = INT64_MAX;

Instant Later(const LedgerDriver& driver, int64_t us) { return Instant(driver.now.value() + us); }

// In each row the refusals to its right apply as well; the first must be answered.
TEST(LedgerTest, OutcomesHaveTheContractsOrderOfPrecedence) {
  LedgerDriver driver;
  driver.ChargeUser(1, kMax, "full");
  driver.storage_full = true;
  driver.place_free = false;
  EXPECT_EQ(driver.ChargeUser(1, kMax, "full"), Outcome::kDuplicateRequest);
  EXPECT_EQ(driver.ChargeUser(1, kMax - 1, "full"), Outcome::kIdempotencyKeyReused);
  EXPECT_EQ(driver.WithdrawUser(1, kMax, "full"), Outcome::kIdempotencyKeyReused);
  EXPECT_EQ(driver.ChargeUser(1, 1, "more"), Outcome::kAmountOutOfRange);
  EXPECT_EQ(driver.WithdrawUser(2, 1, "w"), Outcome::kInsufficientBalance);
  EXPECT_EQ(driver.WithdrawUser(1, 1, "w"), Outcome::kStorageFull);
  EXPECT_EQ(driver.ChargeUser(2, 1, "c"), Outcome::kStorageFull);
  EXPECT_EQ(driver.reservations, 0);
  driver.storage_full = false;
  EXPECT_EQ(driver.WithdrawUser(1, 1, "w"), Outcome::kQueueFull);
  EXPECT_EQ(driver.reservations, 1);
  EXPECT_EQ(driver.events, 1u);
}

TEST(LedgerTest, ARefusedRequestLeavesItsKeyFree) {
  LedgerDriver driver;
  EXPECT_EQ(driver.WithdrawUser(1, 5, "k"), Outcome::kInsufficientBalance);
  EXPECT_EQ(driver.ChargeUser(1, 5, "k"), Outcome::kOk);
}

TEST(LedgerTest, ARetriedWithdrawalThatEmptiedTheAccountIsADuplicate) {
  LedgerDriver driver;
  driver.ChargeUser(1, 5, "c");
  EXPECT_EQ(driver.WithdrawUser(1, 5, "w"), Outcome::kOk);
  EXPECT_EQ(driver.WithdrawUser(1, 5, "w"), Outcome::kDuplicateRequest);
}

TEST(LedgerTest, EveryFieldOfTheRequestDecidesWhetherItIsTheSame) {
  LedgerDriver driver;
  const Charge charge{.user = UserId(1),
                      .currency = LedgerDriver::Usd(),
                      .amount = Amount(5),
                      .key = "k",
                      .release_at = Instant(9),
                      .description = "d"};
  ASSERT_EQ(driver.Do(charge).outcome, Outcome::kOk);
  EXPECT_EQ(driver.Do(charge).outcome, Outcome::kDuplicateRequest);
  const auto differs = [&](auto change) {
    Charge other = charge;
    change(other);
    return driver.Do(other).outcome == Outcome::kIdempotencyKeyReused;
  };
  EXPECT_TRUE(differs([](Charge& c) { c.amount = Amount(6); }));
  EXPECT_TRUE(differs([](Charge& c) { c.currency = *Currency::Parse("EUR"); }));
  EXPECT_TRUE(differs([](Charge& c) { c.release_at = Instant(10); }));
  EXPECT_TRUE(differs([](Charge& c) { c.release_at.reset(); }));
  EXPECT_TRUE(differs([](Charge& c) { c.description = "e"; }));
  EXPECT_TRUE(differs([](Charge& c) { c.description.reset(); }));
}

TEST(LedgerTest, EveryFieldOfAWithdrawalDecidesWhetherItIsTheSame) {
  LedgerDriver driver;
  driver.ChargeUser(1, 100, "c");
  const Withdraw withdraw{.user = UserId(1),
                          .currency = LedgerDriver::Usd(),
                          .amount = Amount(5),
                          .key = "k",
                          .destination = "d",
                          .description = "e"};
  ASSERT_EQ(driver.Do(withdraw).outcome, Outcome::kOk);
  EXPECT_EQ(driver.Do(withdraw).outcome, Outcome::kDuplicateRequest);
  const auto differs = [&](auto change) {
    Withdraw other = withdraw;
    change(other);
    return driver.Do(other).outcome == Outcome::kIdempotencyKeyReused;
  };
  EXPECT_TRUE(differs([](Withdraw& w) { w.amount = Amount(6); }));
  EXPECT_TRUE(differs([](Withdraw& w) { w.destination = "e"; }));
  EXPECT_TRUE(differs([](Withdraw& w) { w.destination.reset(); }));
  EXPECT_TRUE(differs([](Withdraw& w) { w.description = "d"; }));
  EXPECT_TRUE(differs([](Withdraw& w) { w.currency = *Currency::Parse("EUR"); }));
}

TEST(LedgerTest, AKeyOfTheOtherTypeIsReusedAndNotRepeated) {
  LedgerDriver driver;
  ASSERT_EQ(driver.ChargeUser(1, 100, "c"), Outcome::kOk);
  ASSERT_EQ(driver.WithdrawUser(1, 50, "w"), Outcome::kOk);
  EXPECT_EQ(driver.WithdrawUser(1, 100, "c"), Outcome::kIdempotencyKeyReused);
  EXPECT_EQ(driver.ChargeUser(1, 50, "w"), Outcome::kIdempotencyKeyReused);
}

// Those of two shards may stand in the log in any order, and be of one shard after a restart.
TEST(LedgerTest, TheLastStampIsTheHighestNotThatOfTheLastEvent) {
  LedgerDriver driver;
  const Instant highest = driver.now;
  driver.ChargeUser(1, 100, "c");
  driver.ledger.Apply(testing::Charged(2, 1, "c", 100, "USD", highest.value() - 1));
  EXPECT_EQ(driver.ledger.last_stamp(), highest);
}

TEST(LedgerTest, TwoWithdrawalsOfTheSameMoneyDoNotBothPass) {
  LedgerDriver driver;
  driver.ChargeUser(1, 100, "c");
  EXPECT_EQ(driver.WithdrawUser(1, 100, "w1"), Outcome::kOk);
  EXPECT_EQ(driver.WithdrawUser(1, 1, "w2"), Outcome::kInsufficientBalance);
  EXPECT_EQ(driver.BalanceOf(1), (Balance{Amount(100), Amount(0), Amount(0), Amount(100)}));
}

TEST(LedgerTest, MoneyMaturesExactlyAtItsInstant) {
  LedgerDriver driver;
  driver.ChargeUser(1, 100, "c", Later(driver, 10));
  driver.now = Later(driver, 9);
  EXPECT_EQ(driver.WithdrawUser(1, 1, "w"), Outcome::kInsufficientBalance);
  EXPECT_EQ(driver.BalanceOf(1).unreleased, Amount(100));
  driver.now = Later(driver, 1);
  EXPECT_EQ(driver.BalanceOf(1).withdrawable, Amount(100));
  EXPECT_EQ(driver.WithdrawUser(1, 100, "w"), Outcome::kOk);
}

TEST(LedgerTest, AChargeReleasedNowOrEarlierIsWithdrawableAtOnce) {
  LedgerDriver driver;
  driver.ChargeUser(1, 1, "now", driver.now);
  driver.ChargeUser(1, 2, "past", Instant(0));
  driver.ChargeUser(1, 4, "none");
  EXPECT_EQ(driver.BalanceOf(1).withdrawable, Amount(7));
}

TEST(LedgerTest, AFailedWithdrawalIsWithdrawableAtOnce) {
  LedgerDriver driver;
  driver.ChargeUser(1, 100, "c");
  driver.WithdrawUser(1, 60, "w");
  driver.Step(1, 2, BankStep::kBeginAttempt);
  EXPECT_EQ(driver.Step(1, 2, BankStep::kDeclined), Outcome::kOk);
  EXPECT_EQ(driver.BalanceOf(1), (Balance{Amount(100), Amount(100), Amount(0), Amount(0)}));
  EXPECT_EQ(driver.Open(1, 2), nullptr);
}

TEST(LedgerTest, CurrenciesOfAUserShareTheirNumbersAndNothingElse) {
  LedgerDriver driver;
  driver.ChargeUser(1, 100, "usd");
  const Currency eur = *Currency::Parse("EUR");
  const auto charged =
      driver.Do(Charge{.user = UserId(1), .currency = eur, .amount = Amount(7), .key = "eur"});
  EXPECT_EQ(charged.event->id, TransactionId(2));
  EXPECT_EQ(driver.BalanceOf(1).total, Amount(100));
  EXPECT_EQ(driver.ledger.BalanceOf(UserId(1), eur, driver.now).total, Amount(7));
  EXPECT_EQ(driver.ledger.account_count(), 2);
  EXPECT_EQ(driver.Do(Charge{.user = UserId(1), .currency = eur, .amount = Amount(7), .key = "usd"})
                .outcome,
            Outcome::kIdempotencyKeyReused);
}

TEST(LedgerTest, AnAccountNeverSeenHasZeros) {
  LedgerDriver driver;
  EXPECT_EQ(driver.BalanceOf(77), Balance{});
  EXPECT_EQ(driver.ledger.SummaryOf(UserId(77)).last, TransactionId(0));
}

TEST(LedgerTest, ReadingChangesNothing) {
  LedgerDriver driver;
  driver.ChargeUser(1, 100, "c", Later(driver, 10));
  const Digest before = driver.ledger.DigestAt(driver.now);
  driver.ledger.BalanceOf(UserId(1), LedgerDriver::Usd(), Later(driver, 1'000));
  driver.ledger.BalanceOf(UserId(2), LedgerDriver::Usd(), driver.now);
  EXPECT_EQ(driver.ledger.DigestAt(driver.now), before);
  EXPECT_EQ(driver.ledger.account_count(), 1);
}

TEST(LedgerTest, TheDigestKnowsWhatHasMaturedAndNotWhenItWasNoticed) {
  LedgerDriver noticed, unnoticed;
  for (LedgerDriver* driver : {&noticed, &unnoticed}) {
    driver->ChargeUser(1, 100, "c", Later(*driver, 10));
  }
  const Instant early = noticed.now;
  const Instant late = Later(noticed, 10);
  EXPECT_NE(noticed.ledger.DigestAt(early), noticed.ledger.DigestAt(late));
  for (LedgerDriver* driver : {&noticed, &unnoticed}) driver->now = late;
  noticed.ChargeUser(1, 1, "d");    // drops the matured lot
  unnoticed.ChargeUser(2, 1, "d");  // does not touch it
  noticed.ChargeUser(2, 1, "d");
  unnoticed.ChargeUser(1, 1, "d");
  EXPECT_EQ(noticed.ledger.DigestAt(late), unnoticed.ledger.DigestAt(late));
}

TEST(LedgerTest, ConservationSeesMoneyThatCameFromNowhere) {
  const Flow sound{
      .charged = 100, .paid = 30, .held = 20, .in_accounts = 70, .held_in_accounts = 20};
  EXPECT_TRUE(sound.Conserves());
  for (Int128 Flow::*field :
       {&Flow::charged, &Flow::paid, &Flow::held, &Flow::in_accounts, &Flow::held_in_accounts}) {
    Flow wrong = sound;
    wrong.*field += 1;
    EXPECT_FALSE(wrong.Conserves());
  }
}

TEST(LedgerDeathTest, AnEventThatDoesNotFitTheStateAborts) {
  LedgerDriver driver;
  Event event;
  event.type = EventType::kCharged;
  event.user = UserId(1);
  event.id = TransactionId(2);  // the first must be 1
  event.currency = LedgerDriver::Usd();
  event.amount = Amount(1);
  event.key = "k";
  EXPECT_DEATH(driver.ledger.Apply(event), "CHECK failed");
  event.id = TransactionId(1);
  event.type = EventType::kWithdrawalRequested;
  EXPECT_DEATH(driver.ledger.Apply(event), "CHECK failed");
}

TEST(LedgerTest, ABalanceAheadIsWhatItWillBeIfNothingElseHappens) {
  LedgerDriver driver;
  driver.ChargeUser(1, 100, "now");
  driver.ChargeUser(1, 20, "a", Instant(2'000'000));
  driver.ChargeUser(1, 3, "b", Instant(3'000'000));
  driver.WithdrawUser(1, 40, "w");
  const auto at = [&](int64_t us) {
    return driver.ledger.BalanceOf(UserId(1), LedgerDriver::Usd(), Instant(us));
  };
  EXPECT_EQ(at(1'999'999), (Balance{Amount(123), Amount(60), Amount(23), Amount(40)}));
  EXPECT_EQ(at(2'000'000), (Balance{Amount(123), Amount(80), Amount(3), Amount(40)}));
  EXPECT_EQ(at(kMaxInstant.value()), (Balance{Amount(123), Amount(83), Amount(0), Amount(40)}));
  EXPECT_EQ(driver.BalanceOf(1).withdrawable, Amount(60)) << "looking changes nothing";
}

TEST(LedgerTest, ReleasesAreListedByInstantWithThoseOfOneInstantJoined) {
  LedgerDriver driver;
  driver.ChargeUser(1, 5, "c", Instant(4'000'000));
  driver.ChargeUser(1, 1, "a", Instant(2'000'000));
  driver.ChargeUser(1, 7, "now");
  driver.ChargeUser(1, 2, "b", Instant(2'000'000));
  const auto behind = [&](int64_t us, size_t limit) {
    return driver.ledger.ReleasesOf(UserId(1), LedgerDriver::Usd(), Instant(us), limit);
  };
  const Release first{Instant(2'000'000), Amount(3)}, second{Instant(4'000'000), Amount(5)};
  EXPECT_EQ(behind(1'000'000, 10), (std::vector<Release>{first, second}));
  EXPECT_EQ(behind(1'000'000, 1), std::vector<Release>{first});
  EXPECT_EQ(behind(2'000'000, 10), std::vector<Release>{second});
  EXPECT_TRUE(behind(4'000'000, 10).empty());
  EXPECT_TRUE(behind(1'000'000, 0).empty());
  EXPECT_TRUE(driver.ledger.ReleasesOf(UserId(2), LedgerDriver::Usd(), Instant(0), 10).empty());
}

}  // namespace
}  // namespace wallet
