// The simulated bank: what it promises as a connector, its faults, and its book on disk.

#include "engine/bank/sim_bank.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/bank/sim_book.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/bank/book_disk.h"
#include "tests/engine/bank/manual_time.h"
#include "tests/engine/bank/seeded_random.h"

namespace wallet {
namespace {

constexpr int64_t kTimeoutUs = 10'000'000;

struct SimFixture {
  explicit SimFixture(SimBankOptions sim_options = {.latency_us = 0}) : options(sim_options) {
    const absl::Status opened = Open();
    EXPECT_TRUE(opened.ok()) << opened;
  }

  absl::Status Open() {
    bank.reset();
    auto opened = SimBank::Open(options, "/data/bank-sim.book", disk, time, time, random);
    if (!opened.ok()) return opened.status();
    bank = *std::move(opened);
    return absl::OkStatus();
  }

  static Payment PaymentOf(std::string reference, int64_t amount = 100) {
    return {.reference = std::move(reference),
            .user = UserId(1),
            .currency = *Currency::Parse("USD"),
            .amount = Amount(amount)};
  }
  // The answer goes to where it returns; empty as long as there is none.
  std::shared_ptr<std::optional<PayAnswer>> Pay(const Payment& payment) {
    auto answer = std::make_shared<std::optional<PayAnswer>>();
    bank->Pay(payment, kTimeoutUs, [answer](PayAnswer given) {
      EXPECT_FALSE(answer->has_value());
      *answer = std::move(given);
    });
    EXPECT_FALSE(answer->has_value());
    return answer;
  }
  std::optional<PayVerdict> PayNow(const Payment& payment) {
    const auto answer = Pay(payment);
    time.Advance(kTimeoutUs);
    if (!*answer) return std::nullopt;
    return (*answer)->verdict;
  }
  std::optional<InquiryVerdict> InquireNow(const std::string& reference) {
    auto answer = std::make_shared<std::optional<InquiryAnswer>>();
    bank->Inquire(reference, kTimeoutUs, [answer](InquiryAnswer given) { *answer = given; });
    EXPECT_FALSE(answer->has_value());
    time.Advance(kTimeoutUs);
    if (!*answer) return std::nullopt;
    return (*answer)->verdict;
  }
  std::vector<BookEntry> Book() const {
    const auto entries = ReadBook(disk.synced);
    EXPECT_TRUE(entries.ok()) << entries.status();
    return *entries;
  }

  SimBankOptions options;
  ManualTime time;
  SeededRandom random{1};
  BookDisk disk;
  std::unique_ptr<SimBank> bank;
};

TEST(SimBank, PaysAReferenceOnceHoweverOftenItIsSent) {
  SimFixture fixture;
  EXPECT_EQ(fixture.InquireNow("w-1"), InquiryVerdict::kNotFound);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(fixture.PayNow(SimFixture::PaymentOf("w-1")), PayVerdict::kPaid);
    EXPECT_EQ(fixture.InquireNow("w-1"), InquiryVerdict::kPaid);
  }
  ASSERT_EQ(fixture.Book().size(), 1u);
  EXPECT_EQ(fixture.Book()[0].mark, BookMark::kPaid);
  EXPECT_EQ(fixture.Book()[0].amount, Amount(100));
}

TEST(SimBank, AnswersOnlyWhatIsDurable) {
  SimFixture fixture;
  size_t in_book = 0;
  fixture.bank->Pay(SimFixture::PaymentOf("w-1"), kTimeoutUs,
                    [&](PayAnswer) { in_book = fixture.Book().size(); });
  fixture.time.RunReady();
  EXPECT_EQ(in_book, 1u);
}

TEST(SimBank, PaymentsDueTogetherShareASync) {
  SimFixture fixture;
  std::vector<std::shared_ptr<std::optional<PayAnswer>>> answers;
  for (int i = 0; i < 100; ++i) {
    answers.push_back(fixture.Pay(SimFixture::PaymentOf("w-" + std::to_string(i))));
  }
  fixture.time.RunReady();
  for (const auto& answer : answers) EXPECT_EQ(answer->value().verdict, PayVerdict::kPaid);
  EXPECT_EQ(fixture.disk.syncs, 1);
  EXPECT_EQ(fixture.Book().size(), 100u);
}

TEST(SimBank, AnInquiryWaitsForTheSyncOfWhatItSpeaksOf) {
  SimFixture fixture;
  const auto paid = fixture.Pay(SimFixture::PaymentOf("w-1"));
  size_t in_book = 99;
  fixture.bank->Inquire("w-1", kTimeoutUs, [&](InquiryAnswer answer) {
    EXPECT_EQ(answer.verdict, InquiryVerdict::kPaid);
    in_book = fixture.Book().size();
  });
  fixture.time.RunReady();
  EXPECT_EQ(in_book, 1u);
}

TEST(SimBank, ADeclineIsFinal) {
  SimFixture fixture({.latency_us = 0, .decline = 1});
  EXPECT_EQ(fixture.PayNow(SimFixture::PaymentOf("w-1")), PayVerdict::kDeclined);
  fixture.options.decline = 0;
  ASSERT_TRUE(fixture.Open().ok());
  EXPECT_EQ(fixture.PayNow(SimFixture::PaymentOf("w-1")), PayVerdict::kDeclined);
  EXPECT_EQ(fixture.InquireNow("w-1"), InquiryVerdict::kDeclined);
  ASSERT_EQ(fixture.Book().size(), 1u);
  EXPECT_EQ(fixture.Book()[0].mark, BookMark::kDeclined);
}

TEST(SimBank, AReferenceWithOtherDetailsIsRefusedLoudlyAndNeverPaid) {
  SimFixture fixture;
  fixture.PayNow(SimFixture::PaymentOf("w-1", 100));
  Payment other_user = SimFixture::PaymentOf("w-1", 100);
  other_user.user = UserId(2);
  Payment other_currency = SimFixture::PaymentOf("w-1", 100);
  other_currency.currency = *Currency::Parse("EUR");
  for (const Payment& payment : {SimFixture::PaymentOf("w-1", 101), other_user, other_currency}) {
    const auto answer = fixture.Pay(payment);
    fixture.time.RunReady();
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->verdict, PayVerdict::kDeclined);
    EXPECT_EQ((*answer)->code, "reference_conflict");
    EXPECT_EQ(fixture.Book().back().mark, BookMark::kConflict);
  }
  EXPECT_EQ(fixture.PayNow(SimFixture::PaymentOf("w-1", 100)), PayVerdict::kPaid);
  EXPECT_FALSE(AuditBook(fixture.Book()).ok());
  ASSERT_TRUE(fixture.Open().ok());
  EXPECT_EQ(fixture.InquireNow("w-1"), InquiryVerdict::kPaid);
}

TEST(SimBank, APaymentThatMakesNoSenseIsDeclinedAndNotNoted) {
  SimFixture fixture;
  EXPECT_EQ(fixture.PayNow(SimFixture::PaymentOf("w 1")), PayVerdict::kDeclined);
  EXPECT_EQ(fixture.PayNow(SimFixture::PaymentOf("w-1", 0)), PayVerdict::kDeclined);
  EXPECT_TRUE(fixture.Book().empty());
}

TEST(SimBank, ATimeOutNeitherPaysNorAnswers) {
  SimFixture fixture({.latency_us = 0, .time_out = 1});
  EXPECT_EQ(fixture.PayNow(SimFixture::PaymentOf("w-1")), std::nullopt);
  EXPECT_EQ(fixture.InquireNow("w-1"), std::nullopt);
  fixture.time.Advance(100 * kTimeoutUs);
  EXPECT_TRUE(fixture.Book().empty());
}

TEST(SimBank, ALostReplyIsPaidAllTheSame) {
  SimFixture fixture({.latency_us = 1000, .lost_reply = 1});
  EXPECT_EQ(fixture.PayNow(SimFixture::PaymentOf("w-1")), std::nullopt);
  EXPECT_EQ(fixture.Book().size(), 1u);
  EXPECT_EQ(fixture.InquireNow("w-1"), InquiryVerdict::kPaid);
}

TEST(SimBank, ALatePaymentArrivesAfterItsTimeLimit) {
  SimFixture fixture({.latency_us = 0, .late = 1});
  EXPECT_EQ(fixture.PayNow(SimFixture::PaymentOf("w-1")), std::nullopt);
  EXPECT_EQ(fixture.InquireNow("w-1"), InquiryVerdict::kNotFound);
  fixture.time.Advance(2 * kTimeoutUs);
  EXPECT_EQ(fixture.InquireNow("w-1"), InquiryVerdict::kPaid);
}

TEST(SimBank, WhatWasNotSentIsUnknown) {
  SimFixture fixture({.latency_us = 0, .not_sent = 1});
  EXPECT_EQ(fixture.PayNow(SimFixture::PaymentOf("w-1")), PayVerdict::kNotSent);
  EXPECT_EQ(fixture.InquireNow("w-1"), InquiryVerdict::kNotFound);
  EXPECT_TRUE(fixture.Book().empty());
}

TEST(SimBank, LatencyIsKeptWithinItsJitter) {
  SimFixture fixture({.latency_us = 1000});
  for (int i = 0; i < 100; ++i) {
    const int64_t from_us = fixture.time.SteadyMicros();
    const auto answer = fixture.Pay(SimFixture::PaymentOf("w-" + std::to_string(i)));
    while (!*answer && fixture.time.RunNext()) {
    }
    EXPECT_GE(fixture.time.SteadyMicros() - from_us, 800);
    EXPECT_LE(fixture.time.SteadyMicros() - from_us, 1200);
  }
}

TEST(SimBank, ProbabilitiesAreAboutRight) {
  SimFixture fixture({.latency_us = 0, .decline = 0.25});
  int declined = 0;
  for (int i = 0; i < 4000; ++i) {
    declined += fixture.PayNow(SimFixture::PaymentOf(std::to_string(i))) == PayVerdict::kDeclined;
  }
  EXPECT_NEAR(declined, 1000, 150);  // more than five standard deviations; the seed is fixed
}

TEST(SimBank, WhatItPaidIsThereAfterACrash) {
  SimFixture fixture;
  fixture.PayNow(SimFixture::PaymentOf("w-1"));
  fixture.disk.Crash();
  ASSERT_TRUE(fixture.Open().ok());
  EXPECT_EQ(fixture.PayNow(SimFixture::PaymentOf("w-1")), PayVerdict::kPaid);
  EXPECT_EQ(fixture.Book().size(), 1u);
}

TEST(SimBank, ATornLastLineIsCutOffAndTheBookGoesOn) {
  SimFixture fixture;
  fixture.PayNow(SimFixture::PaymentOf("w-1"));
  const std::string whole = fixture.disk.synced;
  fixture.PayNow(SimFixture::PaymentOf("w-2"));
  fixture.disk.synced = whole;
  fixture.disk.Crash(10);
  ASSERT_GT(fixture.disk.written->size(), whole.size());
  ASSERT_TRUE(fixture.Open().ok());
  EXPECT_EQ(fixture.disk.synced, whole);
  EXPECT_EQ(fixture.InquireNow("w-2"), InquiryVerdict::kNotFound);
  EXPECT_EQ(fixture.PayNow(SimFixture::PaymentOf("w-3")), PayVerdict::kPaid);
  ASSERT_TRUE(fixture.Open().ok());
  EXPECT_EQ(fixture.InquireNow("w-3"), InquiryVerdict::kPaid);
}

TEST(SimBank, ADamagedBookRefusesAndNamesTheFile) {
  SimFixture fixture;
  fixture.PayNow(SimFixture::PaymentOf("w-1"));
  fixture.disk.written->at(fixture.disk.written->find(" 100 ") + 1) = '9';
  const absl::Status opened = fixture.Open();
  EXPECT_EQ(opened.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(opened.message()), testing::HasSubstr("/data/bank-sim.book"));
}

TEST(SimBank, AnEmptyBookRefuses) {
  SimFixture fixture;
  fixture.disk.written = "";
  EXPECT_EQ(fixture.Open().code(), absl::StatusCode::kDataLoss);
}

TEST(SimBank, AMissingBookIsBegunOnlyWhenTold) {
  SimFixture fixture;
  fixture.PayNow(SimFixture::PaymentOf("w-1"));
  fixture.disk.written.reset();
  fixture.options.create_book = false;
  const absl::Status opened = fixture.Open();
  EXPECT_EQ(opened.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(opened.message()), testing::HasSubstr("/data/bank-sim.book"));
  fixture.options.create_book = true;
  EXPECT_TRUE(fixture.Open().ok());
  EXPECT_TRUE(fixture.Book().empty());
}

TEST(SimBank, AfterAFailedWriteNothingIsClear) {
  for (const bool append : {true, false}) {
    SimFixture fixture;
    fixture.PayNow(SimFixture::PaymentOf("w-1"));
    (append ? fixture.disk.fail_append : fixture.disk.fail_sync) = true;
    EXPECT_EQ(fixture.PayNow(SimFixture::PaymentOf("w-2")), PayVerdict::kUnclear);
    fixture.disk.fail_append = fixture.disk.fail_sync = false;
    EXPECT_EQ(fixture.PayNow(SimFixture::PaymentOf("w-3")), PayVerdict::kUnclear);
    EXPECT_EQ(fixture.InquireNow("w-1"), InquiryVerdict::kUnclear);
    EXPECT_EQ(fixture.InquireNow("w-2"), InquiryVerdict::kUnclear);
    fixture.disk.Crash();
    ASSERT_TRUE(fixture.Open().ok());
    EXPECT_EQ(fixture.InquireNow("w-1"), InquiryVerdict::kPaid);
    EXPECT_EQ(fixture.InquireNow("w-2"), InquiryVerdict::kNotFound);
  }
}

TEST(SimBank, CallsAfterItsEndAreNotAnswered) {
  SimFixture fixture({.latency_us = 1000});
  const auto answer = fixture.Pay(SimFixture::PaymentOf("w-1"));
  fixture.bank.reset();
  fixture.time.Advance(kTimeoutUs);
  EXPECT_FALSE(answer->has_value());
}

}  // namespace
}  // namespace wallet
