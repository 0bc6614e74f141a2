// What a restart makes of withdrawals that were under way.

#include <cstdint>

#include "gtest/gtest.h"
#include "tests/engine/bank/dispatcher_fixture.h"

namespace wallet {
namespace {

using enum PayVerdict;

TEST(DispatcherRecovery, WhatWasNeverDispatchedIsDispatched) {
  DispatcherFixture fixture;
  fixture.Add();
  fixture.Restart();
  fixture.time.RunReady();
  ASSERT_EQ(fixture.bank.payments.size(), 1u);
  EXPECT_EQ(fixture.bank.payments[0].payment.attempt, 1u);
}

TEST(DispatcherRecovery, AnAttemptThatWasNotDurableWasNotMade) {
  DispatcherFixture fixture;
  fixture.steps->set_delay_us(std::nullopt);
  fixture.Add();
  fixture.time.RunReady();
  ASSERT_EQ(fixture.State(), Substatus::kDispatching);
  fixture.Restart();
  EXPECT_EQ(fixture.State(), Substatus::kQueued);
  fixture.time.RunReady();
  ASSERT_EQ(fixture.bank.payments.size(), 1u);
  EXPECT_EQ(fixture.bank.payments[0].payment.attempt, 1u);
}

TEST(DispatcherRecovery, WhatWasDispatchedIsAskedAboutFirst) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  fixture.Restart();
  fixture.time.RunReady();
  EXPECT_EQ(fixture.bank.payments.size(), 1u);  // the one from before, answered by nobody
  ASSERT_EQ(fixture.bank.inquiries.size(), 1u);
  EXPECT_EQ(fixture.places->used(), 1);
  fixture.bank.AnswerInquiry(InquiryVerdict::kPaid);
  fixture.time.RunReady();
  EXPECT_TRUE(fixture.Completed());
  EXPECT_EQ(fixture.places->used(), 0);
}

TEST(DispatcherRecovery, AfterARestartARefusalOfALaterAttemptIsNoProof) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  fixture.Restart();
  fixture.time.RunReady();
  fixture.bank.payments.clear();
  fixture.bank.AnswerInquiry(InquiryVerdict::kNotFound);
  fixture.time.Advance(2 * kSecond);
  ASSERT_EQ(fixture.bank.payments.size(), 1u);
  EXPECT_EQ(fixture.bank.payments[0].payment.attempt, 2u);
  fixture.bank.AnswerPayment(kDeclined);
  fixture.time.RunReady();
  EXPECT_EQ(fixture.State(), Substatus::kInquiring);
}

TEST(DispatcherRecovery, AnInquiryIsBegunAnew) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  fixture.bank.AnswerPayment(kUnclear);
  fixture.time.RunReady();
  ASSERT_EQ(fixture.State(), Substatus::kInquiring);
  fixture.bank.inquiries.clear();
  fixture.Restart();
  fixture.time.RunReady();
  ASSERT_EQ(fixture.bank.inquiries.size(), 1u);
}

TEST(DispatcherRecovery, WhatAnotherBankMayHavePaidIsReviewedAndNotTouched) {
  for (const bool asked : {false, true}) {
    DispatcherFixture fixture;
    fixture.BringToPayment({});
    if (asked) fixture.bank.AnswerPayment(kUnclear);
    fixture.time.RunReady();
    fixture.bank.payments.clear();
    fixture.bank.inquiries.clear();
    fixture.bank.set_name("another");
    fixture.Restart();
    EXPECT_EQ(fixture.places->used(), 1);
    fixture.time.Advance(60 * kSecond);
    EXPECT_EQ(fixture.State(), Substatus::kReview);
    EXPECT_TRUE(fixture.bank.payments.empty());
    EXPECT_TRUE(fixture.bank.inquiries.empty());
    EXPECT_EQ(fixture.places->used(), 0);
    ASSERT_EQ(fixture.reviews.size(), 1u);
    EXPECT_EQ(fixture.reviews[0].reason, "it was dispatched to a bank of another name");
  }
}

TEST(DispatcherRecovery, WhatProvablyNeverReachedAnotherBankIsSentToThisOne) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  fixture.bank.AnswerPayment(kNotSent);
  fixture.time.RunReady();
  fixture.bank.set_name("another");
  fixture.Restart();
  fixture.time.RunReady();
  ASSERT_EQ(fixture.bank.payments.size(), 1u);
  EXPECT_EQ(fixture.steps->Open().at(0).bank, "another");
}

TEST(DispatcherRecovery, WhatIsInReviewStaysThere) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  ASSERT_EQ(
      fixture.steps->Operate(
          {.user = kUser, .id = TransactionId(2), .step = BankStep::kGiveUp, .max_attempts = 3}),
      Outcome::kOk);
  fixture.bank.payments.clear();
  fixture.Restart();
  EXPECT_EQ(fixture.places->used(), 0);
  fixture.time.Advance(60 * kSecond);
  EXPECT_EQ(fixture.State(), Substatus::kReview);
  EXPECT_EQ(fixture.dispatcher->queue_length(), 0);
  EXPECT_TRUE(fixture.reviews.empty());
}

TEST(DispatcherRecovery, ALoweredBoundLeavesAQueuedOneItsTry) {
  DispatcherFixture fixture;
  fixture.BringToPayment({kNotSent});
  fixture.bank.AnswerPayment(kNotSent);
  fixture.time.RunReady();
  ASSERT_EQ(fixture.State(), Substatus::kQueued);
  fixture.options.max_attempts = 1;
  fixture.Restart();
  fixture.time.RunReady();
  ASSERT_EQ(fixture.bank.payments.size(), 1u);
  EXPECT_EQ(fixture.bank.payments[0].payment.attempt, 3u);
  fixture.bank.AnswerPayment(kNotSent);
  fixture.time.RunReady();
  EXPECT_TRUE(fixture.Failed());
}

TEST(DispatcherRecovery, RecoveredOnesMayExceedThePlacesAndNewOnesWait) {
  DispatcherFixture fixture;
  for (int64_t user = 1; user <= 5; ++user) fixture.Add(UserId(user));
  fixture.capacity = 3;
  fixture.Restart();
  EXPECT_EQ(fixture.places->used(), 5);
  EXPECT_FALSE(fixture.places->TryReserve());
  fixture.time.RunReady();
  for (int i = 0; i < 2; ++i) fixture.bank.AnswerPayment(kPaid);
  fixture.time.RunReady();
  EXPECT_FALSE(fixture.places->TryReserve());
  fixture.bank.AnswerPayment(kPaid);
  fixture.time.RunReady();
  EXPECT_TRUE(fixture.places->TryReserve());
}

TEST(DispatcherRecovery, ABacklogOfAHundredThousandIsWorkedOffByTheSameFewWorkers) {
  constexpr int64_t kBacklog = 100'000;
  DispatcherFixture fixture;
  for (int64_t user = 1; user <= kBacklog; ++user) {
    fixture.steps->AddWithdrawal(UserId(user), kAmount);
  }
  fixture.Restart();
  EXPECT_EQ(fixture.dispatcher->queue_length(), kBacklog);
  EXPECT_EQ(fixture.places->used(), kBacklog);
  int64_t paid = 0;
  fixture.time.RunReady();
  while (!fixture.bank.payments.empty()) {
    ASSERT_LE(fixture.bank.payments.size(), 50u);
    fixture.bank.AnswerPayment(kPaid);
    fixture.time.RunReady();
    ++paid;
  }
  EXPECT_EQ(paid, kBacklog);
  EXPECT_EQ(fixture.places->used(), 0);
  EXPECT_EQ(fixture.dispatcher->queue_length(), 0);
  EXPECT_TRUE(fixture.steps->Open().empty());
}

}  // namespace
}  // namespace wallet
