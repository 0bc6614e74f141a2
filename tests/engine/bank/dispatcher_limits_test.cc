// How much at a time, how long, and how often.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/engine/bank/dispatcher_fixture.h"

namespace wallet {
namespace {

using enum PayVerdict;

TEST(DispatcherLimits, NothingIsSentBeforeTheAttemptIsDurable) {
  DispatcherFixture fixture;
  fixture.steps->set_delay_us(std::nullopt);
  fixture.Add();
  fixture.time.Advance(kSecond);
  EXPECT_EQ(fixture.State(), Substatus::kDispatching);
  EXPECT_TRUE(fixture.bank.payments.empty());
  EXPECT_EQ(fixture.dispatcher->busy(), 0);
  fixture.steps->MakeDurable();
  fixture.time.RunReady();
  EXPECT_EQ(fixture.bank.payments.size(), 1u);
  EXPECT_EQ(fixture.dispatcher->busy(), 1);
}

TEST(DispatcherLimits, NothingFollowsAnAnswerBeforeItIsDurable) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  fixture.steps->set_delay_us(std::nullopt);
  fixture.bank.AnswerPayment(kUnclear);
  fixture.time.Advance(5 * kSecond);
  EXPECT_EQ(fixture.steps->steps().back(), BankStep::kUnclear);
  fixture.steps->MakeDurable();
  fixture.time.RunReady();
  EXPECT_EQ(fixture.steps->steps().back(), BankStep::kBeginInquiry);
  EXPECT_TRUE(fixture.bank.inquiries.empty());
  fixture.steps->MakeDurable();
  fixture.time.RunReady();
  EXPECT_EQ(fixture.bank.inquiries.size(), 1u);
}

TEST(DispatcherLimits, APlaceIsGivenBackOnlyWhenTheEndIsDurable) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  fixture.steps->set_delay_us(std::nullopt);
  fixture.bank.AnswerPayment(kPaid);
  fixture.time.Advance(kSecond);
  EXPECT_EQ(fixture.places->used(), 1);
  fixture.steps->MakeDurable();
  fixture.time.RunReady();
  EXPECT_EQ(fixture.places->used(), 0);
}

struct Workers : DispatcherFixture {
  explicit Workers(int64_t workers) {
    Crash();
    options.workers = workers;
    Start();
  }
};

TEST(DispatcherLimits, AtMostSoManyBankCallsAtOnce) {
  Workers fixture(3);
  for (int64_t user = 1; user <= 10; ++user) fixture.Add(UserId(user));
  for (int64_t left = 10; left > 0; --left) {
    fixture.time.RunReady();
    EXPECT_EQ(fixture.dispatcher->busy(), std::min<int64_t>(left, 3));
    EXPECT_EQ(fixture.bank.payments.size(), std::min<size_t>(left, 3));
    EXPECT_EQ(fixture.dispatcher->queue_length(), std::max<int64_t>(left - 3, 0));
    fixture.bank.AnswerPayment(kPaid);
  }
  fixture.time.RunReady();
  EXPECT_EQ(fixture.dispatcher->busy(), 0);
  EXPECT_EQ(fixture.places->used(), 0);
}

TEST(DispatcherLimits, InquiriesTakeWorkersToo) {
  Workers fixture(1);
  fixture.Add(UserId(1));
  fixture.Add(UserId(2));
  fixture.time.RunReady();
  fixture.bank.AnswerPayment(kUnclear);
  fixture.time.RunReady();
  // The freed worker took the second payment while the first one's report was on its way.
  EXPECT_EQ(fixture.bank.payments.size() + fixture.bank.inquiries.size(), 1u);
  EXPECT_EQ(fixture.dispatcher->busy(), 1);
  EXPECT_EQ(fixture.dispatcher->queue_length(), 1);
}

TEST(DispatcherLimits, ABackoffHoldsAPlaceButNoWorker) {
  Workers fixture(1);
  fixture.Add(UserId(1));
  fixture.time.RunReady();
  fixture.bank.AnswerPayment(kNotSent);
  fixture.time.RunReady();
  EXPECT_EQ(fixture.places->used(), 1);
  EXPECT_EQ(fixture.dispatcher->queue_length(), 1);
  fixture.Add(UserId(2));
  fixture.time.RunReady();
  EXPECT_EQ(fixture.bank.payments.size(), 1u);
  EXPECT_EQ(fixture.bank.payments[0].payment.user, UserId(2));
}

TEST(DispatcherLimits, WhatWasBegunGoesBeforeWhatWasNot) {
  Workers fixture(1);
  fixture.Add(UserId(1));
  fixture.time.RunReady();
  fixture.bank.AnswerPayment(kNotSent);
  fixture.time.RunReady();
  fixture.Add(UserId(2));
  fixture.Add(UserId(3));
  fixture.time.Advance(2 * kSecond);  // user 1's backoff is over, user 2 is at the bank
  fixture.bank.AnswerPayment(kPaid);
  fixture.time.RunReady();
  ASSERT_EQ(fixture.bank.payments.size(), 1u);
  EXPECT_EQ(fixture.bank.payments[0].payment.user, UserId(1));
}

// From the answer to the next attempt, in the µs that passed.
int64_t MeasureBackoff(DispatcherFixture& fixture) {
  fixture.bank.AnswerPayment(kNotSent);
  fixture.time.RunReady();
  const int64_t from_us = fixture.time.SteadyMicros();
  while (fixture.bank.payments.empty() && fixture.time.RunNext()) {
  }
  return fixture.time.SteadyMicros() - from_us;
}

TEST(DispatcherLimits, BackoffDoublesWithinItsJitter) {
  bool differs = false;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    DispatcherFixture fixture;
    fixture.Crash();
    fixture.options.max_attempts = 5;
    fixture.Start();
    for (uint64_t i = 0; i < seed; ++i) fixture.random.Next();
    fixture.BringToPayment({});
    for (const int64_t expected_s : {1, 2, 4, 8}) {
      const int64_t waited_us = MeasureBackoff(fixture);
      EXPECT_GE(waited_us, expected_s * 800'000);
      EXPECT_LE(waited_us, expected_s * 1'200'000);
      differs |= waited_us != expected_s * kSecond;
    }
  }
  EXPECT_TRUE(differs);
}

TEST(DispatcherLimits, ACallWithoutAnAnswerIsUnclearAfterItsTimeLimit) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  fixture.time.Advance(10 * kSecond - 1);
  EXPECT_EQ(fixture.State(), Substatus::kDispatching);
  fixture.time.Advance(1);
  EXPECT_EQ(fixture.State(), Substatus::kInquiring);
  EXPECT_EQ(fixture.dispatcher->busy(), 1);
}

TEST(DispatcherLimits, ALateAnswerIsIgnoredWhateverItSays) {
  for (const PayVerdict late : {kPaid, kDeclined, kNotSent, kUnclear}) {
    DispatcherFixture fixture;
    fixture.BringToPayment({});
    fixture.time.Advance(10 * kSecond);
    const auto steps_before = fixture.steps->steps();
    fixture.bank.AnswerPayment(late);
    fixture.time.RunReady();
    EXPECT_EQ(fixture.steps->steps(), steps_before);
    EXPECT_EQ(fixture.State(), Substatus::kInquiring);
    EXPECT_EQ(fixture.dispatcher->busy(), 1);
  }
}

TEST(DispatcherLimits, ALateAnswerDoesNotSpeakForTheNextAttempt) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  fixture.time.Advance(10 * kSecond);
  fixture.bank.AnswerInquiry(InquiryVerdict::kNotFound);
  fixture.time.Advance(2 * kSecond);
  ASSERT_EQ(fixture.bank.payments.size(), 2u);  // the late one, and the second attempt
  fixture.bank.AnswerPayment(kDeclined);
  fixture.time.RunReady();
  EXPECT_EQ(fixture.State(), Substatus::kDispatching);
  fixture.bank.AnswerPayment(kPaid);
  fixture.time.RunReady();
  EXPECT_TRUE(fixture.Completed());
}

TEST(DispatcherLimits, AnInquiryWithoutAnAnswerIsRepeated) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  fixture.bank.AnswerPayment(kUnclear);
  fixture.time.Advance(10 * kSecond);
  EXPECT_EQ(fixture.dispatcher->busy(), 0);
  fixture.time.Advance(2 * kSecond);
  ASSERT_EQ(fixture.bank.inquiries.size(), 2u);  // the late one, and the repeated one
  fixture.bank.AnswerInquiry(InquiryVerdict::kDeclined);
  fixture.time.RunReady();
  EXPECT_EQ(fixture.State(), Substatus::kInquiring);
  fixture.bank.AnswerInquiry(InquiryVerdict::kPaid);
  fixture.time.RunReady();
  EXPECT_TRUE(fixture.Completed());
}

TEST(DispatcherLimits, WhatSomeoneElsePutToReviewIsDroppedOnce) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  const Advance give_up{
      .user = kUser, .id = TransactionId(2), .step = BankStep::kGiveUp, .max_attempts = 3};
  ASSERT_EQ(fixture.steps->Operate(give_up), Outcome::kOk);
  fixture.bank.AnswerPayment(kPaid);
  fixture.time.Advance(60 * kSecond);
  EXPECT_EQ(fixture.State(), Substatus::kReview);
  EXPECT_EQ(fixture.places->used(), 0);
  ASSERT_EQ(fixture.reviews.size(), 1u);
  EXPECT_EQ(fixture.reviews[0].reason, "somebody else moved it while it was at the bank");
  EXPECT_TRUE(fixture.bank.payments.empty());
  EXPECT_TRUE(fixture.bank.inquiries.empty());
}

TEST(DispatcherLimits, WhatSomeoneElseEndedIsDroppedOnce) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  for (const BankStep step : {BankStep::kGiveUp, BankStep::kResolvePaid}) {
    ASSERT_EQ(fixture.steps->Operate(
                  {.user = kUser, .id = TransactionId(2), .step = step, .max_attempts = 3}),
              Outcome::kOk);
  }
  fixture.bank.AnswerPayment(kUnclear);
  fixture.time.Advance(60 * kSecond);
  EXPECT_TRUE(fixture.Completed());
  EXPECT_EQ(fixture.places->used(), 0);
  EXPECT_TRUE(fixture.bank.inquiries.empty());
}

TEST(DispatcherLimits, AHeldDispatcherBeginsNothingButTakesOutcomes) {
  bool full = false;
  DispatcherFixture fixture;
  fixture.Crash();
  fixture.options.hold = [&] { return full; };
  fixture.Start();
  fixture.BringToPayment({});
  full = true;
  fixture.Add(UserId(8));
  fixture.bank.AnswerPayment(kPaid);
  fixture.time.Advance(kSecond);
  EXPECT_TRUE(fixture.Completed());
  EXPECT_TRUE(fixture.bank.payments.empty());
  EXPECT_EQ(fixture.dispatcher->queue_length(), 1);
  full = false;
  fixture.time.Advance(kSecond);
  EXPECT_EQ(fixture.bank.payments.size(), 1u);
}

TEST(DispatcherLimits, AnswersAfterItsEndReachNobody) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  fixture.bank.AnswerPayment(kUnclear);
  fixture.time.RunReady();
  fixture.Add(UserId(8));
  fixture.time.RunReady();
  fixture.steps->set_delay_us(std::nullopt);
  fixture.Add(UserId(9));
  fixture.time.RunReady();  // a payment, an inquiry and a step are under way
  ASSERT_EQ(fixture.steps->pending(), 1u);
  fixture.dispatcher.reset();
  fixture.bank.AnswerPayment(kPaid);
  fixture.bank.AnswerInquiry(InquiryVerdict::kPaid);
  fixture.steps->MakeDurable();
  const size_t steps_before = fixture.steps->steps().size();
  fixture.time.Advance(60 * kSecond);
  EXPECT_EQ(fixture.steps->steps().size(), steps_before);
}

}  // namespace
}  // namespace wallet
