// How a dispatcher stops: nothing new, what is under way ends or is recorded as unclear.

#include <cstdint>

#include "gtest/gtest.h"
#include "tests/engine/bank/dispatcher_fixture.h"

namespace wallet {
namespace {

using enum PayVerdict;

struct StopFixture : DispatcherFixture {
  void Stop(int64_t grace_us = kSecond) {
    dispatcher->Stop(grace_us, [this] { ++stopped; });
    time.RunReady();
  }
  int stopped = 0;
};

TEST(DispatcherStop, WithNothingUnderWayItEndsAtOnce) {
  StopFixture fixture;
  fixture.Stop();
  EXPECT_EQ(fixture.stopped, 1);
  fixture.time.Advance(60 * kSecond);
  EXPECT_EQ(fixture.stopped, 1);
}

TEST(DispatcherStop, NothingNewIsBegun) {
  StopFixture fixture;
  fixture.BringToPayment({});
  fixture.Stop();
  fixture.Add(UserId(8));
  fixture.time.Advance(60 * kSecond);
  EXPECT_EQ(fixture.bank.payments.size(), 1u);
  EXPECT_EQ(fixture.steps->SubstatusOf(UserId(8), TransactionId(2)), Substatus::kQueued);
  EXPECT_EQ(fixture.dispatcher->queue_length(), 2);  // the new one, and the one now unclear
}

TEST(DispatcherStop, AnAnswerWithinTheGraceCounts) {
  StopFixture fixture;
  fixture.BringToPayment({});
  fixture.Stop();
  EXPECT_EQ(fixture.stopped, 0);
  fixture.bank.AnswerPayment(kPaid);
  fixture.time.RunReady();
  EXPECT_TRUE(fixture.Completed());
  EXPECT_EQ(fixture.stopped, 1);
}

TEST(DispatcherStop, ItEndsOnlyWhenTheLastStepIsDurable) {
  StopFixture fixture;
  fixture.BringToPayment({});
  fixture.Stop();
  fixture.steps->set_delay_us(std::nullopt);
  fixture.bank.AnswerPayment(kPaid);
  fixture.time.Advance(60 * kSecond);
  EXPECT_EQ(fixture.stopped, 0);
  fixture.steps->MakeDurable();
  fixture.time.RunReady();
  EXPECT_EQ(fixture.stopped, 1);
}

TEST(DispatcherStop, AnUnclearAnswerWithinTheGraceIsLeftToTheNextStart) {
  StopFixture fixture;
  fixture.BringToPayment({});
  fixture.Stop();
  fixture.bank.AnswerPayment(kUnclear);
  fixture.time.Advance(60 * kSecond);
  EXPECT_EQ(fixture.stopped, 1);
  EXPECT_EQ(fixture.State(), Substatus::kUnknown);
  EXPECT_TRUE(fixture.bank.inquiries.empty());
}

TEST(DispatcherStop, APaymentWithoutAnAnswerIsRecordedAsUnclearAfterTheGrace) {
  StopFixture fixture;
  fixture.BringToPayment({});
  fixture.Stop();
  fixture.time.Advance(kSecond - 1);
  EXPECT_EQ(fixture.State(), Substatus::kDispatching);
  fixture.time.Advance(1);
  EXPECT_EQ(fixture.State(), Substatus::kUnknown);
  EXPECT_EQ(fixture.stopped, 1);
  EXPECT_EQ(fixture.dispatcher->busy(), 0);
  fixture.bank.AnswerPayment(kPaid);  // too late to count
  fixture.time.RunReady();
  EXPECT_EQ(fixture.State(), Substatus::kUnknown);
}

TEST(DispatcherStop, AnInquiryWithoutAnAnswerIsLeftToTheNextStart) {
  StopFixture fixture;
  fixture.BringToPayment({});
  fixture.bank.AnswerPayment(kUnclear);
  fixture.time.RunReady();
  fixture.Stop();
  EXPECT_EQ(fixture.stopped, 0);
  fixture.time.Advance(kSecond);
  EXPECT_EQ(fixture.stopped, 1);
  EXPECT_EQ(fixture.State(), Substatus::kInquiring);
  fixture.bank.inquiries.clear();
  fixture.Restart();
  fixture.time.RunReady();
  EXPECT_EQ(fixture.bank.inquiries.size(), 1u);
}

TEST(DispatcherStop, ALastInquiryCutOffByTheStopDoesNotCountAsUnclear) {
  StopFixture fixture;
  fixture.BringToPayment({});
  fixture.bank.AnswerPayment(kUnclear);
  fixture.time.RunReady();
  for (int i = 0; i < 2; ++i) {
    fixture.bank.AnswerInquiry(InquiryVerdict::kUnclear);
    fixture.time.Advance(3 * kSecond);
  }
  fixture.Stop();
  fixture.time.Advance(kSecond);
  EXPECT_EQ(fixture.State(), Substatus::kInquiring);
  EXPECT_EQ(fixture.stopped, 1);
}

TEST(DispatcherStop, AnAttemptBegunJustBeforeIsStillSentWithinTheGrace) {
  StopFixture fixture;
  fixture.steps->set_delay_us(std::nullopt);
  fixture.Add();
  fixture.time.RunReady();
  fixture.Stop();
  fixture.steps->MakeDurable();
  fixture.time.RunReady();
  ASSERT_EQ(fixture.bank.payments.size(), 1u);
  fixture.bank.AnswerPayment(kPaid);
  fixture.time.RunReady();
  EXPECT_EQ(fixture.stopped, 0);
  fixture.steps->MakeDurable();
  fixture.time.RunReady();
  EXPECT_TRUE(fixture.Completed());
  EXPECT_EQ(fixture.stopped, 1);
}

TEST(DispatcherStop, AnAttemptThatBecomesDurableAfterTheGraceIsNotSentAndDoesNotCount) {
  StopFixture fixture;
  fixture.BringToPayment({kNotSent});
  fixture.bank.AnswerPayment(kNotSent);
  fixture.time.RunReady();
  fixture.steps->set_delay_us(std::nullopt);
  fixture.time.Advance(5 * kSecond);
  ASSERT_EQ(fixture.State(), Substatus::kDispatching);  // the last attempt, on its way to the disk
  fixture.Stop();
  fixture.time.Advance(kSecond);
  EXPECT_EQ(fixture.stopped, 0);
  fixture.steps->set_delay_us(0);
  fixture.steps->MakeDurable();
  fixture.time.RunReady();
  EXPECT_EQ(fixture.stopped, 1);
  EXPECT_TRUE(fixture.bank.payments.empty());
  EXPECT_EQ(fixture.State(), Substatus::kQueued);
  fixture.Restart();
  fixture.time.RunReady();
  EXPECT_EQ(fixture.bank.payments.size(), 1u);
}

TEST(DispatcherStop, NoGraceRecordsAtOnce) {
  StopFixture fixture;
  fixture.BringToPayment({});
  fixture.Stop(0);
  EXPECT_EQ(fixture.State(), Substatus::kUnknown);
  EXPECT_EQ(fixture.stopped, 1);
}

}  // namespace
}  // namespace wallet
