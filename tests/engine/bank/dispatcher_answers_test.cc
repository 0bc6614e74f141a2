// What the dispatcher makes of every answer of a bank, whatever was answered before.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/bank/dispatcher_fixture.h"

namespace wallet {
namespace {

using enum PayVerdict;

enum class Then { kCompletes, kFails, kIsTriedAgain, kIsAskedAbout };

struct PayCase {
  std::vector<PayVerdict> before;
  PayVerdict answer;
  Then then;
};

std::vector<PayCase> PayCases() {
  return {
      {{}, kPaid, Then::kCompletes},
      {{}, kDeclined, Then::kFails},
      {{}, kNotSent, Then::kIsTriedAgain},
      {{}, kUnclear, Then::kIsAskedAbout},
      {{kNotSent}, kPaid, Then::kCompletes},
      {{kNotSent}, kDeclined, Then::kFails},
      {{kNotSent}, kNotSent, Then::kIsTriedAgain},
      {{kNotSent}, kUnclear, Then::kIsAskedAbout},
      {{kUnclear}, kPaid, Then::kCompletes},
      {{kUnclear}, kDeclined, Then::kIsAskedAbout},
      {{kUnclear}, kNotSent, Then::kIsAskedAbout},
      {{kUnclear}, kUnclear, Then::kIsAskedAbout},
      {{kNotSent, kNotSent}, kPaid, Then::kCompletes},
      {{kNotSent, kNotSent}, kDeclined, Then::kFails},
      {{kNotSent, kNotSent}, kNotSent, Then::kFails},
      {{kNotSent, kNotSent}, kUnclear, Then::kIsAskedAbout},
      {{kNotSent, kUnclear}, kPaid, Then::kCompletes},
      {{kNotSent, kUnclear}, kDeclined, Then::kIsAskedAbout},
      {{kNotSent, kUnclear}, kNotSent, Then::kIsAskedAbout},
      {{kNotSent, kUnclear}, kUnclear, Then::kIsAskedAbout},
      {{kUnclear, kNotSent}, kPaid, Then::kCompletes},
      {{kUnclear, kNotSent}, kDeclined, Then::kIsAskedAbout},
      {{kUnclear, kNotSent}, kNotSent, Then::kIsAskedAbout},
      {{kUnclear, kNotSent}, kUnclear, Then::kIsAskedAbout},
      {{kUnclear, kUnclear}, kPaid, Then::kCompletes},
      {{kUnclear, kUnclear}, kDeclined, Then::kIsAskedAbout},
      {{kUnclear, kUnclear}, kNotSent, Then::kIsAskedAbout},
      {{kUnclear, kUnclear}, kUnclear, Then::kIsAskedAbout},
  };
}

void ExpectState(DispatcherFixture& fixture, Then then) {
  EXPECT_EQ(fixture.Completed(), then == Then::kCompletes);
  EXPECT_EQ(fixture.Failed(), then == Then::kFails);
  EXPECT_EQ(fixture.bank.inquiries.size(), then == Then::kIsAskedAbout ? 1 : 0);
  EXPECT_TRUE(fixture.bank.payments.empty());
  const bool ended = then == Then::kCompletes || then == Then::kFails;
  EXPECT_EQ(fixture.places->used(), ended ? 0 : 1);
  fixture.time.Advance(5 * kSecond);
  EXPECT_EQ(fixture.bank.payments.size(), then == Then::kIsTriedAgain ? 1 : 0);
}

TEST(DispatcherAnswers, EveryPayAnswerAfterEveryHistory) {
  for (const PayCase& row : PayCases()) {
    std::string name;
    for (const PayVerdict verdict : row.before) name += std::to_string(int(verdict)) + " ";
    SCOPED_TRACE(name + "then " + std::to_string(int(row.answer)));
    DispatcherFixture fixture;
    fixture.BringToPayment(row.before);
    ASSERT_EQ(fixture.bank.payments.size(), 1u);
    ASSERT_EQ(fixture.bank.payments[0].payment.attempt, row.before.size() + 1);
    fixture.bank.AnswerPayment(row.answer);
    fixture.time.RunReady();
    ExpectState(fixture, row.then);
  }
}

TEST(DispatcherAnswers, ThePaymentSaysWhatTheWithdrawalIs) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  const ScriptedBank::PayCall& call = fixture.bank.payments.at(0);
  const OpenWithdrawal open = fixture.steps->Open().at(0);
  EXPECT_EQ(call.payment.reference, Reference(open.epoch, kUser, open.id));
  EXPECT_EQ(call.payment.user, kUser);
  EXPECT_EQ(call.payment.amount, kAmount);
  EXPECT_EQ(call.payment.currency, *Currency::Parse("USD"));
  EXPECT_EQ(call.timeout_us, fixture.options.call_timeout_us);
  EXPECT_EQ(open.bank, "scripted");
}

TEST(DispatcherAnswers, EveryAttemptAndInquiryCarriesTheSameReference) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  const std::string reference = fixture.bank.payments[0].payment.reference;
  fixture.bank.AnswerPayment(kUnclear);
  fixture.time.RunReady();
  EXPECT_EQ(fixture.bank.inquiries.at(0).reference, reference);
  fixture.bank.AnswerInquiry(InquiryVerdict::kNotFound);
  fixture.time.Advance(5 * kSecond);
  EXPECT_EQ(fixture.bank.payments.at(0).payment.reference, reference);
  EXPECT_EQ(fixture.bank.payments.at(0).payment.attempt, 2u);
}

// Brings a withdrawal to an inquiry after `attempts` attempts that were all unclear.
void BringToInquiry(DispatcherFixture& fixture, size_t attempts) {
  fixture.BringToPayment(std::vector(attempts - 1, kUnclear));
  fixture.bank.AnswerPayment(kUnclear);
  fixture.time.RunReady();
  ASSERT_EQ(fixture.bank.inquiries.size(), 1u);
  ASSERT_EQ(fixture.State(), Substatus::kInquiring);
}

TEST(DispatcherAnswers, AnInquiryThatFindsThePaymentCompletesIt) {
  for (const size_t attempts : {1, 2, 3}) {
    DispatcherFixture fixture;
    BringToInquiry(fixture, attempts);
    fixture.bank.AnswerInquiry(InquiryVerdict::kPaid);
    fixture.time.RunReady();
    EXPECT_TRUE(fixture.Completed());
    EXPECT_EQ(fixture.places->used(), 0);
  }
}

TEST(DispatcherAnswers, AnInquiryThatFindsARefusalFailsIt) {
  for (const size_t attempts : {1, 2, 3}) {
    DispatcherFixture fixture;
    BringToInquiry(fixture, attempts);
    fixture.bank.AnswerInquiry(InquiryVerdict::kDeclined);
    fixture.time.RunReady();
    EXPECT_TRUE(fixture.Failed());
    EXPECT_EQ(fixture.places->used(), 0);
  }
}

TEST(DispatcherAnswers, NotFoundIsSentAgainAfterABackoff) {
  DispatcherFixture fixture;
  BringToInquiry(fixture, 1);
  fixture.bank.AnswerInquiry(InquiryVerdict::kNotFound);
  fixture.time.RunReady();
  EXPECT_EQ(fixture.State(), Substatus::kInquiring);
  EXPECT_TRUE(fixture.bank.payments.empty());
  EXPECT_EQ(fixture.places->used(), 1);
  fixture.time.Advance(2 * kSecond);
  EXPECT_EQ(fixture.bank.payments.size(), 1u);
}

TEST(DispatcherAnswers, NotFoundAfterTheLastAttemptIsAskedOnceMoreAndThenReviewed) {
  DispatcherFixture fixture;
  BringToInquiry(fixture, 3);
  fixture.bank.AnswerInquiry(InquiryVerdict::kNotFound);
  fixture.time.Advance(3 * kSecond);
  EXPECT_TRUE(fixture.bank.inquiries.empty());
  EXPECT_EQ(fixture.places->used(), 1);
  fixture.time.Advance(2 * kSecond);
  fixture.bank.AnswerInquiry(InquiryVerdict::kNotFound);
  fixture.time.RunReady();
  EXPECT_EQ(fixture.State(), Substatus::kReview);
  EXPECT_EQ(fixture.places->used(), 0);
  ASSERT_EQ(fixture.reviews.size(), 1u);
  EXPECT_EQ(fixture.reviews[0].user, kUser);
  EXPECT_EQ(fixture.reviews[0].reason, "its attempts are used up and the bank does not know it");
}

TEST(DispatcherAnswers, APaymentThatArrivesAfterTheLastAttemptIsFoundBySecondInquiry) {
  DispatcherFixture fixture;
  BringToInquiry(fixture, 3);
  fixture.bank.AnswerInquiry(InquiryVerdict::kNotFound);
  fixture.time.Advance(5 * kSecond);
  fixture.bank.AnswerInquiry(InquiryVerdict::kPaid);
  fixture.time.RunReady();
  EXPECT_TRUE(fixture.Completed());
  EXPECT_TRUE(fixture.reviews.empty());
}

TEST(DispatcherAnswers, ABankThatCannotResendIsNeverSentAnUnclearReferenceAgain) {
  DispatcherFixture fixture;
  fixture.bank.set_can_resend(false);
  BringToInquiry(fixture, 1);
  for (int i = 0; i < 2; ++i) {
    fixture.bank.AnswerInquiry(InquiryVerdict::kNotFound);
    fixture.time.Advance(5 * kSecond);
    EXPECT_TRUE(fixture.bank.payments.empty());
  }
  EXPECT_EQ(fixture.State(), Substatus::kReview);
  ASSERT_EQ(fixture.reviews.size(), 1u);
  EXPECT_EQ(fixture.reviews[0].reason, "the bank does not know it and can't be sent it again");
}

TEST(DispatcherAnswers, ABankThatCannotResendIsSentWhatProvablyNeverReachedIt) {
  DispatcherFixture fixture;
  fixture.bank.set_can_resend(false);
  fixture.BringToPayment({kNotSent});
  EXPECT_EQ(fixture.bank.payments.size(), 1u);
}

TEST(DispatcherAnswers, UnclearInquiriesAreRepeatedWithBackoffAndThenReviewed) {
  DispatcherFixture fixture;
  BringToInquiry(fixture, 1);
  for (int i = 0; i < 2; ++i) {
    fixture.bank.AnswerInquiry(InquiryVerdict::kUnclear);
    fixture.time.RunReady();
    EXPECT_TRUE(fixture.bank.inquiries.empty());
    EXPECT_EQ(fixture.places->used(), 1);
    fixture.time.Advance(3 * kSecond);
  }
  EXPECT_EQ(fixture.State(), Substatus::kInquiring);
  fixture.bank.AnswerInquiry(InquiryVerdict::kUnclear);
  fixture.time.RunReady();
  EXPECT_EQ(fixture.State(), Substatus::kReview);
  EXPECT_EQ(fixture.places->used(), 0);
  ASSERT_EQ(fixture.reviews.size(), 1u);
  EXPECT_EQ(fixture.reviews[0].reason, "the bank gave no clear answer when asked about it");
}

TEST(DispatcherAnswers, OnlyUnclearInquiriesInARowCount) {
  DispatcherFixture fixture;
  BringToInquiry(fixture, 1);
  for (int attempt = 2; attempt <= 3; ++attempt) {
    for (int i = 0; i < 2; ++i) {
      fixture.bank.AnswerInquiry(InquiryVerdict::kUnclear);
      fixture.time.Advance(3 * kSecond);
    }
    fixture.bank.AnswerInquiry(InquiryVerdict::kNotFound);
    fixture.time.Advance(5 * kSecond);
    ASSERT_EQ(fixture.bank.payments.size(), 1u);
    fixture.bank.AnswerPayment(kUnclear);
    fixture.time.RunReady();
  }
  EXPECT_EQ(fixture.State(), Substatus::kInquiring);
  EXPECT_TRUE(fixture.reviews.empty());
}

TEST(DispatcherAnswers, ABanksWordsAreCutToWhatTheLedgerTakes) {
  DispatcherFixture fixture;
  fixture.BringToPayment({});
  fixture.bank.AnswerPayment(kDeclined, std::string(1000, 'c'),
                             "line\nbreak" + std::string(1000, 'm'));
  fixture.time.RunReady();
  EXPECT_TRUE(fixture.Failed());
  fixture.Restart();  // what was written can be read again
  EXPECT_TRUE(fixture.Failed());
}

}  // namespace
}  // namespace wallet
