// What becomes, after a restore, of withdrawals that were under way in the ledger's earlier life.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/engine/bank/dispatcher_fixture.h"

namespace wallet {
namespace {

using enum PayVerdict;

constexpr Epoch kNewEpoch(0x2222222222);

struct Situation {
  const char* name;
  Substatus substatus;
  // Brings the fixture's withdrawal there.
  void (*bring)(DispatcherFixture& fixture);
};

const Situation kSituations[] = {
    {"queued, never sent", Substatus::kQueued,
     [](DispatcherFixture& fixture) { fixture.steps->AddWithdrawal(kUser, kAmount); }},
    {"queued, an attempt sent nothing", Substatus::kQueued,
     [](DispatcherFixture& fixture) {
       fixture.BringToPayment({});
       fixture.bank.AnswerPayment(kNotSent);
       fixture.time.RunReady();
     }},
    {"dispatching", Substatus::kDispatching,
     [](DispatcherFixture& fixture) { fixture.BringToPayment({}); }},
    {"unknown", Substatus::kUnknown,
     [](DispatcherFixture& fixture) {
       fixture.BringToPayment({});
       fixture.steps->Operate(
           {.user = kUser, .id = TransactionId(2), .step = BankStep::kUnclear, .attempt = 1});
     }},
    {"inquiring", Substatus::kInquiring,
     [](DispatcherFixture& fixture) {
       fixture.BringToPayment({});
       fixture.bank.AnswerPayment(kUnclear);
       fixture.time.RunReady();
     }},
};

// A ledger that was restored with a withdrawal in that situation.
class Restored : public DispatcherFixture {
 public:
  explicit Restored(const Situation& situation) {
    situation.bring(*this);
    EXPECT_EQ(State(), situation.substatus) << situation.name;
    Crash();
    bank.payments.clear();
    bank.inquiries.clear();
    reference = Reference(disk.epoch, kUser, TransactionId(2));
    disk.epoch = kNewEpoch;
  }

  void Run() {
    Start();
    time.RunReady();
  }

  // Answers every inquiry so until the bank is left alone; how many there were.
  int AnswerAll(std::optional<InquiryVerdict> verdict) {
    int inquiries = 0;
    for (int i = 0; i < 20; ++i, time.Advance(5 * kSecond)) {
      EXPECT_TRUE(bank.payments.empty());
      while (!bank.inquiries.empty()) {
        EXPECT_EQ(bank.inquiries.front().reference, reference);
        ++inquiries;
        if (verdict) {
          bank.AnswerInquiry(*verdict);
        } else {
          bank.inquiries.pop_front();
        }
        time.RunReady();
      }
    }
    return inquiries;
  }

  std::string reference;
};

class AfterARestore : public ::testing::TestWithParam<Situation> {
 protected:
  Restored fixture_{GetParam()};
};

TEST_P(AfterARestore, TheBankIsAskedUnderTheOldReferenceBeforeAnything) {
  fixture_.Run();
  EXPECT_TRUE(fixture_.bank.payments.empty());
  ASSERT_EQ(fixture_.bank.inquiries.size(), 1u);
  EXPECT_EQ(fixture_.bank.inquiries[0].reference, fixture_.reference);
  EXPECT_EQ(fixture_.State(), Substatus::kInquiring);
  EXPECT_EQ(fixture_.places->used(), 1);
}

TEST_P(AfterARestore, WhatWasPaidIsCompleted) {
  fixture_.Run();
  EXPECT_EQ(fixture_.AnswerAll(InquiryVerdict::kPaid), 1);
  EXPECT_TRUE(fixture_.Completed());
  EXPECT_EQ(fixture_.places->used(), 0);
}

TEST_P(AfterARestore, WhatWasDeclinedIsRefunded) {
  fixture_.Run();
  EXPECT_EQ(fixture_.AnswerAll(InquiryVerdict::kDeclined), 1);
  EXPECT_TRUE(fixture_.Failed());
  EXPECT_EQ(fixture_.places->used(), 0);
}

TEST_P(AfterARestore, WhatTheBankDoesNotKnowIsReviewedAndNeverSent) {
  fixture_.Run();
  EXPECT_EQ(fixture_.AnswerAll(InquiryVerdict::kNotFound), 2);
  EXPECT_EQ(fixture_.State(), Substatus::kReview);
  EXPECT_EQ(fixture_.BalanceNow().held, kAmount);
  EXPECT_EQ(fixture_.places->used(), 0);
  ASSERT_EQ(fixture_.reviews.size(), 1u);
  EXPECT_EQ(fixture_.reviews[0].reason,
            "it was accepted before a restore and the bank does not know it");
}

TEST_P(AfterARestore, WithoutAClearWordItIsReviewedAndNeverSent) {
  for (const std::optional<InquiryVerdict> verdict :
       {std::optional(InquiryVerdict::kUnclear), std::optional<InquiryVerdict>()}) {
    Restored fixture(GetParam());
    fixture.Run();
    EXPECT_EQ(fixture.AnswerAll(verdict), 3);
    EXPECT_EQ(fixture.State(), Substatus::kReview);
    EXPECT_EQ(fixture.places->used(), 0);
  }
}

TEST_P(AfterARestore, ItIsTheSameAfterFurtherStarts) {
  fixture_.Run();
  fixture_.Crash();
  fixture_.bank.inquiries.clear();
  fixture_.Run();
  EXPECT_EQ(fixture_.AnswerAll(InquiryVerdict::kNotFound), 2);
  EXPECT_EQ(fixture_.State(), Substatus::kReview);
}

TEST_P(AfterARestore, WhileHeldNothingReachesTheBank) {
  bool held = true;
  fixture_.options.hold = [&] { return held; };
  fixture_.Run();
  fixture_.Add(UserId(8));
  EXPECT_EQ(fixture_.AnswerAll(InquiryVerdict::kPaid), 0);
  EXPECT_EQ(fixture_.State(), GetParam().substatus);
  EXPECT_EQ(fixture_.dispatcher->queue_length(), 2);
  held = false;
  fixture_.time.Advance(kSecond);
  EXPECT_EQ(fixture_.bank.inquiries.size(), 1u);  // the old one
  EXPECT_EQ(fixture_.bank.payments.size(), 1u);   // the new one
}

INSTANTIATE_TEST_SUITE_P(All, AfterARestore, ::testing::ValuesIn(kSituations),
                         [](const auto& info) {
                           std::string name;
                           for (const char c : std::string(info.param.name)) {
                             if (c != ' ' && c != ',') name += c;
                           }
                           return name;
                         });

TEST(DispatcherRestore, WhatIsInReviewStaysThereAndCanBeResolved) {
  Restored fixture(
      {"review", Substatus::kReview, [](DispatcherFixture& f) {
         f.steps->AddWithdrawal(kUser, kAmount);
         f.steps->Operate(
             {.user = kUser, .id = TransactionId(2), .step = BankStep::kGiveUp, .max_attempts = 3});
       }});
  fixture.Run();
  EXPECT_EQ(fixture.AnswerAll(InquiryVerdict::kPaid), 0);
  EXPECT_EQ(fixture.State(), Substatus::kReview);
  EXPECT_EQ(fixture.steps->Operate(
                {.user = kUser, .id = TransactionId(2), .step = BankStep::kResolveNotPaid}),
            Outcome::kOk);
  EXPECT_TRUE(fixture.Failed());
}

TEST(DispatcherRestore, WhatWentToAnotherBankIsReviewedWithoutAsking) {
  for (const Situation& situation : kSituations) {
    Restored fixture(situation);
    const bool named = !fixture.disk.events.empty() && situation.name != kSituations[0].name;
    fixture.bank.set_name("another");
    fixture.Run();
    const int inquiries = fixture.AnswerAll(InquiryVerdict::kNotFound);
    EXPECT_EQ(inquiries, named ? 0 : 2) << situation.name;
    EXPECT_EQ(fixture.State(), Substatus::kReview) << situation.name;
  }
}

TEST(DispatcherRestore, WhatIsAcceptedAfterwardsIsSentAsEver) {
  Restored fixture(kSituations[0]);
  fixture.Run();
  const TransactionId id = fixture.Add(UserId(8));
  fixture.time.RunReady();
  ASSERT_EQ(fixture.bank.payments.size(), 1u);
  EXPECT_EQ(fixture.bank.payments[0].payment.reference, Reference(kNewEpoch, UserId(8), id));
  fixture.bank.AnswerPayment(kUnclear);
  fixture.time.RunReady();
  fixture.bank.AnswerInquiry(InquiryVerdict::kPaid);  // the old one
  fixture.bank.AnswerInquiry(InquiryVerdict::kNotFound);
  fixture.time.Advance(2 * kSecond);
  ASSERT_EQ(fixture.bank.payments.size(), 1u);
  EXPECT_EQ(fixture.bank.payments[0].payment.attempt, 2u);
}

}  // namespace
}  // namespace wallet
