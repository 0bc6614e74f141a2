// What no event may do to a ledger ends the process, in release builds too, before it is written or
// answered.
#include <gtest/gtest.h>

#include "engine/ledger/ledger_state.h"
#include "tests/engine/events.h"
#include "tests/engine/ledger/ledger_driver.h"

namespace wallet {
namespace {

using testing::Charged;
using testing::Moved;
using testing::WithdrawalRequested;

class InvariantsTest : public ::testing::Test {
 protected:
  // User 1 has 100, and a withdrawal of 60 under way.
  InvariantsTest() {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    driver.now = Instant(1'000);
    driver.ChargeUser(1, 100, "c");
    driver.WithdrawUser(1, 60, "w");
    driver.Step(1, 2, BankStep::kBeginAttempt);
  }
  void ExpectDeath(const Event& event, const char* where) {
    EXPECT_DEATH(driver.ledger.Apply(event), where);
  }

  testing::LedgerDriver driver;
};

TEST_F(InvariantsTest, NoTransactionsNumberIsLeftOut) {
  ExpectDeath(Charged(1, 4, "d"), "event.id.value");
  ExpectDeath(Charged(2, 2, "d"), "event.id.value");
}

TEST_F(InvariantsTest, NoTransactionsNumberIsUsedTwice) {
  ExpectDeath(Charged(1, 2, "d"), "event.id.value");
}

TEST_F(InvariantsTest, NobodyHasNoUser) { ExpectDeath(Charged(0, 1, "d"), "event.user"); }

TEST_F(InvariantsTest, AChargeIsOfMoney) {
  ExpectDeath(Charged(1, 3, "d", 0), "amount > kNoAmount");
  ExpectDeath(Charged(1, 3, "d", -5), "amount > kNoAmount");
}

TEST_F(InvariantsTest, NoTotalGoesBeyond64Bits) {
  ExpectDeath(Charged(1, 3, "d", INT64_MAX - 99), "sum.has_value");
}

TEST_F(InvariantsTest, NoMoreIsHeldThanCanBeWithdrawn) {
  ExpectDeath(WithdrawalRequested(1, 3, "x", 41), "withdrawable");
}

TEST_F(InvariantsTest, OnlyAnOpenWithdrawalMoves) {
  ExpectDeath(Moved(1, 1, Substatus::kCompleted), "it != open.end");
  ExpectDeath(Moved(2, 2, Substatus::kCompleted), "it != open.end");
}

TEST_F(InvariantsTest, AWithdrawalTakesNoStepThatNoDecisionLeadsTo) {
  Event again = Moved(1, 2, Substatus::kDispatching);
  again.attempt = 2;
  ExpectDeath(again, "MayFollow");
}

TEST_F(InvariantsTest, NoAttemptIsLeftOutOrCountedTwice) {
  Event unclear = Moved(1, 2, Substatus::kUnknown);
  unclear.attempt = 2;
  ExpectDeath(unclear, "event.attempt");
  unclear.attempt = 0;
  ExpectDeath(unclear, "event.attempt");
}

TEST_F(InvariantsTest, TheLedgersTimeNeverGoesBack) {
  driver.now = Instant(999);
  EXPECT_DEATH(driver.ChargeUser(1, 1, "d"), "last_stamp");
  EXPECT_DEATH(driver.WithdrawUser(1, 1, "d"), "last_stamp");
  EXPECT_DEATH(driver.Step(1, 2, BankStep::kPaid), "last_stamp");
}

TEST(FlowTest, ConservesOnlyWhatCameInLessWhatWentOut) {
  const Flow sound{.charged = 10, .paid = 3, .held = 2, .in_accounts = 7, .held_in_accounts = 2};
  EXPECT_TRUE(sound.Conserves());
  for (Int128 Flow::*part :
       {&Flow::charged, &Flow::paid, &Flow::held, &Flow::in_accounts, &Flow::held_in_accounts}) {
    for (const int by : {-1, 1}) {
      Flow flow = sound;
      flow.*part += by;
      EXPECT_FALSE(flow.Conserves());
    }
  }
}

TEST(FlowTest, NothingIsNegativeAndNoMoreIsHeldThanIsThere) {
  EXPECT_FALSE(
      (Flow{.charged = 1, .held = -1, .in_accounts = 1, .held_in_accounts = -1}).Conserves());
  EXPECT_FALSE((Flow{.charged = 1, .paid = -1, .in_accounts = 2}).Conserves());
  EXPECT_FALSE(
      (Flow{.charged = 1, .held = 2, .in_accounts = 1, .held_in_accounts = 2}).Conserves());
}

}  // namespace
}  // namespace wallet
