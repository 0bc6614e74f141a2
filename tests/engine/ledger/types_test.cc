#include "engine/ledger/types.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "engine/ledger/outcome.h"
#include "engine/ledger/transaction.h"

namespace wallet {
namespace {

TEST(TransactionTest, TypesAndStatusesHaveTheContractsNames) {
  EXPECT_EQ(ToString(TransactionType::kCharge), "charge");
  EXPECT_EQ(ToString(TransactionType::kWithdraw), "withdraw");
  EXPECT_EQ(ToString(TransactionType::kReturn), "return");
  EXPECT_EQ(ToString(TransactionType::kReversal), "reversal");
  EXPECT_EQ(ToString(Status::kPending), "pending");
  EXPECT_EQ(ToString(Status::kCompleted), "completed");
  EXPECT_EQ(ToString(Status::kFailed), "failed");
}

TEST(CurrencyTest, CodesOnTheListAreTakenAndOthersAreNot) {
  for (const char* code : {"USD", "EUR", "JPY", "AED", "ZWG", "XAU"}) {
    ASSERT_TRUE(Currency::Parse(code)) << code;
    EXPECT_EQ(Currency::Parse(code)->ToString(), code);
  }
  for (const char* code : {"", "US", "USDX", "usd", "ABC", "DEM", "U$D", "AAA", "ZZZ"}) {
    EXPECT_FALSE(Currency::Parse(code)) << code;
  }
}

TEST(CurrencyTest, EveryCodeOnTheListIsFoundByItsPackedForm) {
  int found = 0;
  for (char a = 'A'; a <= 'Z'; ++a) {
    for (char b = 'A'; b <= 'Z'; ++b) {
      for (char c = 'A'; c <= 'Z'; ++c) {
        const auto currency = Currency::Parse(std::string{a, b, c});
        if (!currency) continue;
        ++found;
        EXPECT_EQ(Currency::FromPacked(currency->packed()), currency);
      }
    }
  }
  EXPECT_GT(found, 170);
  EXPECT_FALSE(Currency::FromPacked(0));
  EXPECT_EQ(Currency().packed(), 0u);
  EXPECT_EQ(Currency().ToString(), "");
  EXPECT_FALSE(Currency::FromPacked(0xffffffff));
}

TEST(EpochTest, TextAndBitsAreTheSameEpoch) {
  for (const char* text : {"aaaaaaaa", "77777777", "k3v7qm2a"}) {
    ASSERT_TRUE(Epoch::Parse(text));
    EXPECT_EQ(Epoch::Parse(text)->ToString(), text);
  }
  for (const char* text : {"", "aaaaaaa", "aaaaaaaaa", "AAAAAAAA", "aaaaaaa1", "aaaaaaa0"}) {
    EXPECT_FALSE(Epoch::Parse(text)) << text;
  }
}

TEST(ReferenceTest, NamesEpochUserAndNumber) {
  EXPECT_EQ(Reference(*Epoch::Parse("k3v7qm2a"), UserId(123), TransactionId(45)),
            "w-k3v7qm2a-123-45");
}

TEST(AmountTest, SumsThatDoNotFitAreNoSums) {
  EXPECT_EQ(CheckedAdd(Amount(INT64_MAX - 1), Amount(1)), Amount(INT64_MAX));
  EXPECT_FALSE(CheckedAdd(Amount(INT64_MAX), Amount(1)));
  EXPECT_DEATH(Add(Amount(INT64_MAX), Amount(1)), "CHECK failed");
  EXPECT_DEATH(Subtract(Amount(INT64_MIN), Amount(1)), "CHECK failed");
}

TEST(OutcomeTest, EveryOutcomeHasACodeOfItsOwnAndAMessageThatHelps) {
  std::set<std::string_view> codes;
  for (int number = 0; number <= 60; ++number) {
    const Outcome outcome = static_cast<Outcome>(number);
    const std::string_view code = Code(outcome);
    if (DefaultMessage(outcome).empty()) continue;
    EXPECT_TRUE(codes.insert(code).second) << code;
    EXPECT_GT(DefaultMessage(outcome).size(), 20u) << code;
  }
  EXPECT_EQ(codes.size(), 22u);
}

TEST(SubstatusTest, NamesAreReadBack) {
  for (int i = 1; i < kSubstatusCount; ++i) {
    const Substatus substatus = static_cast<Substatus>(i);
    EXPECT_EQ(ParseSubstatus(ToString(substatus)), substatus);
  }
  EXPECT_FALSE(ParseSubstatus(""));
  EXPECT_FALSE(ParseSubstatus("Queued"));
}

}  // namespace
}  // namespace wallet
