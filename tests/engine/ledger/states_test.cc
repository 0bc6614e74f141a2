#include "engine/ledger/states.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "tests/engine/ledger/ledger_driver.h"

namespace wallet {
namespace {

using enum Substatus;
using enum BankStep;

constexpr Substatus kIllegal = kNone;

// A withdrawal as a step finds it.
struct Situation {
  const char* name;
  Substatus substatus;
  uint32_t attempts;
  bool may_have_paid;
};

constexpr Situation kSituations[] = {
    {"never sent", kQueued, 0, false},
    {"sent once, nothing arrived", kQueued, 1, false},
    {"first attempt under way", kDispatching, 1, false},
    {"last attempt under way, none unclear", kDispatching, 3, false},
    {"attempt under way after an unclear one", kDispatching, 2, true},
    {"unclear", kUnknown, 1, true},
    {"being asked about, attempts left", kInquiring, 1, true},
    {"being asked about, no attempts left", kInquiring, 3, true},
    {"in review", kReview, 3, true},
};
constexpr size_t kSituationCount = std::size(kSituations);

struct Row {
  BankStep step;
  // Where it leads from each situation, in their order.
  Substatus to[kSituationCount];
};

// clang-format off
constexpr Row kTable[] = {
  //                  never sent    nothing arr.  1st under way last, clear   after unclear unclear     asked, left   asked, none  review
  {kBeginAttempt,    {kDispatching, kDispatching, kIllegal,     kIllegal,     kIllegal,     kIllegal,   kDispatching, kIllegal,    kIllegal}},
  {kPaid,            {kIllegal,     kIllegal,     kCompleted,   kCompleted,   kCompleted,   kIllegal,   kIllegal,     kIllegal,    kIllegal}},
  {kDeclined,        {kIllegal,     kIllegal,     kFailed,      kFailed,      kUnknown,     kIllegal,   kIllegal,     kIllegal,    kIllegal}},
  {kNotSent,         {kIllegal,     kIllegal,     kQueued,      kFailed,      kUnknown,     kIllegal,   kIllegal,     kIllegal,    kIllegal}},
  {kUnclear,         {kIllegal,     kIllegal,     kUnknown,     kUnknown,     kUnknown,     kIllegal,   kIllegal,     kIllegal,    kIllegal}},
  {kBeginInquiry,    {kIllegal,     kIllegal,     kInquiring,   kInquiring,   kInquiring,   kInquiring, kInquiring,   kInquiring,  kIllegal}},
  {kInquiryPaid,     {kIllegal,     kIllegal,     kIllegal,     kIllegal,     kIllegal,     kIllegal,   kCompleted,   kCompleted,  kIllegal}},
  {kInquiryDeclined, {kIllegal,     kIllegal,     kIllegal,     kIllegal,     kIllegal,     kIllegal,   kFailed,      kFailed,     kIllegal}},
  {kInquiryNotFound, {kIllegal,     kIllegal,     kIllegal,     kIllegal,     kIllegal,     kIllegal,   kInquiring,   kReview,     kIllegal}},
  {kGiveUp,          {kReview,      kReview,      kReview,      kReview,      kReview,      kReview,    kReview,      kReview,     kIllegal}},
  {kResolvePaid,     {kIllegal,     kIllegal,     kIllegal,     kIllegal,     kIllegal,     kIllegal,   kIllegal,     kIllegal,    kCompleted}},
  {kResolveNotPaid,  {kIllegal,     kIllegal,     kIllegal,     kIllegal,     kIllegal,     kIllegal,   kIllegal,     kIllegal,    kFailed}},
};
// clang-format on

constexpr Epoch kNow(1), kBeforeRestore(2);

OpenWithdrawal Make(const Situation& situation, Epoch epoch = kNow) {
  OpenWithdrawal withdrawal;
  withdrawal.epoch = epoch;
  withdrawal.substatus = situation.substatus;
  withdrawal.attempts = situation.attempts;
  withdrawal.may_have_paid = situation.may_have_paid;
  withdrawal.bank = "bank";
  return withdrawal;
}

// Where that leads of withdrawals accepted before a restore. The other steps lead where they always
// do.
// clang-format off
constexpr Row kTableBeforeRestore[] = {
  //                  never sent    nothing arr.  1st under way last, clear   after unclear unclear     asked, left   asked, none  review
  {kBeginAttempt,    {kIllegal,     kIllegal,     kIllegal,     kIllegal,     kIllegal,     kIllegal,   kIllegal,     kIllegal,    kIllegal}},
  {kBeginInquiry,    {kInquiring,   kInquiring,   kInquiring,   kInquiring,   kInquiring,   kInquiring, kInquiring,   kInquiring,  kIllegal}},
  {kInquiryNotFound, {kIllegal,     kIllegal,     kIllegal,     kIllegal,     kIllegal,     kIllegal,   kReview,      kReview,     kIllegal}},
};
// clang-format on

void ExpectRow(const Row& row, Epoch epoch) {
  for (size_t i = 0; i < kSituationCount; ++i) {
    SCOPED_TRACE(std::string(ToString(row.step)) + " when " + kSituations[i].name);
    const Advance advance{
        .step = row.step, .attempt = kSituations[i].attempts, .max_attempts = 3, .bank = "bank"};
    const Transition transition = Decide(Make(kSituations[i], epoch), advance, kNow);
    if (row.to[i] == kIllegal) {
      EXPECT_EQ(transition.outcome, Outcome::kIllegalTransition);
    } else {
      EXPECT_EQ(transition.outcome, Outcome::kOk);
      EXPECT_EQ(transition.to, row.to[i]);
    }
  }
}

TEST(StatesTest, EveryStepLeadsWhereTheTableSays) {
  for (const Row& row : kTable) ExpectRow(row, kNow);
}

TEST(StatesTest, WhatWasAcceptedBeforeARestoreIsAskedAboutAndNeverSent) {
  const auto differs = [](BankStep step) {
    return std::any_of(std::begin(kTableBeforeRestore), std::end(kTableBeforeRestore),
                       [&](const Row& row) { return row.step == step; });
  };
  for (const Row& row : kTableBeforeRestore) ExpectRow(row, kBeforeRestore);
  for (const Row& row : kTable) {
    if (!differs(row.step)) ExpectRow(row, kBeforeRestore);
  }
}

TEST(StatesTest, AFailureHasTheBanksCodeOrOneOfOurs) {
  const auto code = [](BankStep step, Substatus substatus, std::string_view said) {
    OpenWithdrawal withdrawal = Make({"", substatus, 3, false});
    const Transition transition = Decide(
        withdrawal,
        Advance{.step = step, .attempt = 3, .max_attempts = 3, .bank = "bank", .code = said}, kNow);
    EXPECT_EQ(transition.to, kFailed);
    return std::string(transition.code);
  };
  EXPECT_EQ(code(kDeclined, kDispatching, "closed"), "closed");
  EXPECT_EQ(code(kDeclined, kDispatching, ""), "declined");
  EXPECT_EQ(code(kNotSent, kDispatching, "no_route"), "no_route");
  EXPECT_EQ(code(kNotSent, kDispatching, ""), "bank_unreachable");
  EXPECT_EQ(code(kInquiryDeclined, kInquiring, "closed"), "closed");
  EXPECT_EQ(code(kInquiryDeclined, kInquiring, ""), "declined");
}

TEST(StatesTest, OneSubstatusFollowsAnotherOnlyWhereSomeStepLeads) {
  std::set<std::pair<Substatus, Substatus>> steps;
  const auto collect = [&](const Row& row) {
    for (size_t i = 0; i < kSituationCount; ++i) {
      const Substatus from = kSituations[i].substatus;
      if (row.to[i] != kIllegal && row.to[i] != from) steps.emplace(from, row.to[i]);
    }
  };
  for (const Row& row : kTable) collect(row);
  for (const Row& row : kTableBeforeRestore) collect(row);
  for (int from = 0; from < kSubstatusCount; ++from) {
    for (int to = 0; to < kSubstatusCount; ++to) {
      const std::pair step(static_cast<Substatus>(from), static_cast<Substatus>(to));
      EXPECT_EQ(MayFollow(step.first, step.second), steps.contains(step)) << from << " " << to;
    }
  }
}

TEST(StatesTest, TheReportOfAnEarlierAttemptDecidesNothing) {
  const OpenWithdrawal second = Make({"", kDispatching, 2, true});
  for (const BankStep step : {kPaid, kDeclined, kNotSent, kUnclear}) {
    const Advance late{.step = step, .attempt = 1, .max_attempts = 3};
    EXPECT_EQ(Decide(second, late, kNow).outcome, Outcome::kIllegalTransition);
  }
}

TEST(StatesTest, ABankThatTakesNoReferenceTwiceLeavesANotFoundToReview) {
  const Advance not_found{.step = kInquiryNotFound, .max_attempts = 3, .can_resend = false};
  EXPECT_EQ(Decide(Make({"", kInquiring, 1, true}), not_found, kNow).to, kReview);
}

TEST(StatesTest, AReferenceThatMayBePaidGoesToNoOtherBank) {
  const Advance other{.step = kBeginAttempt, .max_attempts = 3, .bank = "another"};
  EXPECT_EQ(Decide(Make({"", kInquiring, 1, true}), other, kNow).outcome,
            Outcome::kIllegalTransition);
  EXPECT_EQ(Decide(Make({"", kQueued, 1, false}), other, kNow).to, kDispatching);
}

TEST(StatesTest, AReferenceThatMayBePaidGoesTwiceOnlyToABankThatTakesIt) {
  const Advance again{
      .step = kBeginAttempt, .max_attempts = 3, .can_resend = false, .bank = "bank"};
  EXPECT_EQ(Decide(Make({"", kInquiring, 1, true}), again, kNow).outcome,
            Outcome::kIllegalTransition);
  EXPECT_EQ(Decide(Make({"", kQueued, 0, false}), again, kNow).to, kDispatching);
}

class LifeTest : public ::testing::Test {
 protected:
  LifeTest() {
    driver.ChargeUser(1, 100, "c");
    driver.WithdrawUser(1, 60, "w");
  }
  void Steps(std::initializer_list<std::pair<BankStep, uint32_t>> steps) {
    for (const auto& [step, attempt] : steps) {
      ASSERT_EQ(driver.Step(1, 2, step, attempt), Outcome::kOk) << ToString(step);
    }
  }
  const OpenWithdrawal& Open() { return *driver.Open(1, 2); }

  testing::LedgerDriver driver;
};

TEST_F(LifeTest, ATimeOutIsNoFailureAndADeclineAfterItIsNoProof) {
  Steps({{kBeginAttempt, 0},
         {kUnclear, 1},
         {kBeginInquiry, 0},
         {kInquiryNotFound, 0},
         {kBeginAttempt, 0},
         {kDeclined, 2}});
  EXPECT_EQ(Open().substatus, kUnknown);
  EXPECT_EQ(Open().attempts, 2u);
  EXPECT_EQ(driver.BalanceOf(1).held, Amount(60));
  Steps({{kBeginInquiry, 0}, {kInquiryPaid, 0}});
  EXPECT_EQ(driver.BalanceOf(1), (Balance{Amount(40), Amount(40), Amount(0), Amount(0)}));
}

TEST_F(LifeTest, UsedUpWithoutProofItWaitsInReviewWithItsMoneyHeld) {
  Steps({{kBeginAttempt, 0},
         {kUnclear, 1},
         {kBeginInquiry, 0},
         {kInquiryNotFound, 0},
         {kBeginAttempt, 0},
         {kUnclear, 2},
         {kBeginInquiry, 0},
         {kInquiryNotFound, 0},
         {kBeginAttempt, 0},
         {kUnclear, 3},
         {kBeginInquiry, 0},
         {kInquiryNotFound, 0}});
  EXPECT_EQ(Open().substatus, kReview);
  EXPECT_EQ(driver.BalanceOf(1).held, Amount(60));
  EXPECT_EQ(driver.ledger.OpenCount(kReview), 1);
  Steps({{kResolveNotPaid, 0}});
  EXPECT_EQ(driver.BalanceOf(1).withdrawable, Amount(100));
}

TEST_F(LifeTest, AnAttemptWhoseOutcomeWasLostMayHavePaid) {
  Steps({{kBeginAttempt, 0}, {kBeginInquiry, 0}});
  EXPECT_TRUE(Open().may_have_paid);
  EXPECT_EQ(Open().bank, "bank");
}

TEST_F(LifeTest, AnAttemptThatSentNothingLeavesNoDoubt) {
  Steps({{kBeginAttempt, 0}, {kNotSent, 1}});
  EXPECT_FALSE(Open().may_have_paid);
  EXPECT_EQ(Open().substatus, kQueued);
}

TEST_F(LifeTest, AnEndedWithdrawalTakesNoMoreSteps) {
  Steps({{kBeginAttempt, 0}, {kPaid, 1}});
  EXPECT_EQ(driver.Step(1, 2, kDeclined, 1), Outcome::kTransactionNotFound);
  EXPECT_EQ(driver.Step(1, 1, kBeginAttempt), Outcome::kTransactionNotFound);
}

}  // namespace
}  // namespace wallet
