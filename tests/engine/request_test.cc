#include "engine/request.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/utf8.h"
#include "tests/support/currencies.h"

namespace wallet {
namespace {

WriteRequest GoodWrite() { return {.user_id = 1, .amount = 5, .idempotency_key = "k"}; }

struct WriteCase {
  const char* what;
  void (*change)(WriteRequest&);
  Outcome outcome;
  const char* field;
};

const std::string kLong(256, 'x');

const WriteCase kRefusedWrites[] = {
    {"no user", [](WriteRequest& r) { r.user_id.reset(); }, Outcome::kMissingField, "user_id"},
    {"user 0", [](WriteRequest& r) { r.user_id = 0; }, Outcome::kInvalidField, "user_id"},
    {"user -1", [](WriteRequest& r) { r.user_id = -1; }, Outcome::kInvalidField, "user_id"},
    {"no amount", [](WriteRequest& r) { r.amount.reset(); }, Outcome::kMissingField, "amount"},
    {"amount 0", [](WriteRequest& r) { r.amount = 0; }, Outcome::kInvalidField, "amount"},
    {"amount < 0", [](WriteRequest& r) { r.amount = -5; }, Outcome::kInvalidField, "amount"},
    {"no key", [](WriteRequest& r) { r.idempotency_key.reset(); }, Outcome::kMissingField,
     "idempotency_key"},
    {"empty key", [](WriteRequest& r) { r.idempotency_key = ""; }, Outcome::kInvalidField,
     "idempotency_key"},
    {"long key", [](WriteRequest& r) { r.idempotency_key = kLong; }, Outcome::kInvalidField,
     "idempotency_key"},
    {"control character", [](WriteRequest& r) { r.idempotency_key = "a\nb"; },
     Outcome::kInvalidField, "idempotency_key"},
    {"no UTF-8", [](WriteRequest& r) { r.idempotency_key = "\xff"; }, Outcome::kInvalidField,
     "idempotency_key"},
    {"no such currency", [](WriteRequest& r) { r.currency = "ABC"; }, Outcome::kInvalidField,
     "currency"},
    {"empty currency", [](WriteRequest& r) { r.currency = ""; }, Outcome::kInvalidField,
     "currency"},
    {"long description", [](WriteRequest& r) { r.description = kLong; }, Outcome::kInvalidField,
     "description"},
};

TEST(RequestTest, AWriteWithABadFieldIsRefusedByItsName) {
  for (const WriteCase& bad : kRefusedWrites) {
    WriteRequest request = GoodWrite();
    bad.change(request);
    for (const Validated& validated :
         {ValidateCharge(request, kUsd), ValidateWithdraw(request, kUsd)}) {
      const Refusal* refusal = std::get_if<Refusal>(&validated);
      ASSERT_NE(refusal, nullptr) << bad.what;
      EXPECT_EQ(refusal->outcome, bad.outcome) << bad.what;
      EXPECT_EQ(refusal->field, bad.field) << bad.what;
      EXPECT_NE(refusal->message.find(bad.field), std::string::npos) << refusal->message;
    }
  }
}

TEST(RequestTest, TheLongestTextsAreTaken) {
  const std::string longest(255, 'x');
  WriteRequest request = GoodWrite();
  request.idempotency_key = longest;
  request.description = longest;
  request.destination = longest;
  EXPECT_TRUE(std::holds_alternative<Operation>(ValidateWithdraw(request, kUsd)));
}

TEST(RequestTest, AFieldOfTheOtherWriteIsUnknown) {
  WriteRequest charge = GoodWrite();
  charge.destination = "x";
  EXPECT_EQ(std::get<Refusal>(ValidateCharge(charge, kUsd)).outcome, Outcome::kUnknownField);
  WriteRequest withdraw = GoodWrite();
  withdraw.release_at = Instant(5);
  EXPECT_EQ(std::get<Refusal>(ValidateWithdraw(withdraw, kUsd)).outcome, Outcome::kUnknownField);
}

TEST(RequestTest, ACallWithoutACurrencyMeansTheLedgers) {
  const Validated validated = ValidateCharge(GoodWrite(), kUsd);
  EXPECT_EQ(std::get<Charge>(std::get<Operation>(validated)).currency, kUsd);
  const Validated read = Validate(BalanceRequest{.user_id = 1}, kUsd);
  EXPECT_EQ(std::get<ReadBalance>(std::get<Operation>(read)).currency, kUsd);
}

TEST(RequestTest, InstantsOutsideTheYears1970To9999AreRefused) {
  for (const int64_t instant : {int64_t{-1}, kMaxInstant.value() + 1}) {
    WriteRequest request = GoodWrite();
    request.release_at = Instant(instant);
    EXPECT_EQ(std::get<Refusal>(ValidateCharge(request, kUsd)).field, "release_at");
  }
}

TEST(RequestTest, ATransactionIsAskedForByExactlyOneName) {
  EXPECT_EQ(std::get<Refusal>(Validate(TransactionRequest{.user_id = 1})).outcome,
            Outcome::kMissingField);
  EXPECT_EQ(
      std::get<Refusal>(Validate(TransactionRequest{.user_id = 1, .id = 1, .idempotency_key = "k"}))
          .outcome,
      Outcome::kInvalidField);
  EXPECT_TRUE(std::holds_alternative<Operation>(
      Validate(TransactionRequest{.user_id = 1, .idempotency_key = "k"})));
}

TEST(RequestTest, ListsHaveBoundedLimitsAndOneDirection) {
  const auto refused = [](TransactionsRequest request) {
    request.user_id = 1;
    return std::holds_alternative<Refusal>(Validate(request));
  };
  EXPECT_FALSE(refused({}));
  EXPECT_FALSE(refused({.limit = 1'000}));
  EXPECT_TRUE(refused({.limit = 0}));
  EXPECT_TRUE(refused({.limit = 1'001}));
  EXPECT_TRUE(refused({.page = 0}));
  EXPECT_FALSE(refused({.page = INT64_MAX}));
  EXPECT_TRUE(refused({.page = 1, .before_id = 5}));
  EXPECT_TRUE(refused({.before_id = 5, .after_id = 5}));
  EXPECT_TRUE(refused({.before_id = 0}));
  EXPECT_FALSE(refused({.after_id = 0}));
  EXPECT_TRUE(refused({.after_id = -1}));
}

TEST(RequestTest, OnlyOpenWithdrawalsCanBeListed) {
  EXPECT_TRUE(
      std::holds_alternative<Operation>(Validate(WithdrawalsRequest{.substatus = "review"})));
  for (const char* substatus : {"completed", "failed", "pending", ""}) {
    EXPECT_TRUE(
        std::holds_alternative<Refusal>(Validate(WithdrawalsRequest{.substatus = substatus})))
        << substatus;
  }
}

TEST(RequestTest, AnOperatorMustSayWhetherItWasPaid) {
  EXPECT_EQ(std::get<Refusal>(Validate(ResolveRequest{.user_id = 1, .id = 2})).field, "paid");
  const Validated paid = Validate(ResolveRequest{.user_id = 1, .id = 2, .paid = true});
  EXPECT_EQ(std::get<Advance>(std::get<Operation>(paid)).step, BankStep::kResolvePaid);
}

TEST(Utf8Test, OnlyWellFormedTextWithoutControlCharactersIsPlain) {
  for (const char* good : {"", "abc", "ä", "€", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(IsPlainUtf8(good)) << good;
  }
  for (const char* bad :
       {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
        "\xf8\x88\x80\x80\x80", "a\x01", "\x7f", "\xc2\x85"}) {
    EXPECT_FALSE(IsPlainUtf8(bad)) << bad;
  }
  EXPECT_FALSE(IsPlainUtf8(std::string_view("\0", 1)));
}

TEST(RequestTest, ABalanceInTimeNamesAnInstantAndAtMostAThousandReleases) {
  const auto judged = [](std::optional<int64_t> at, std::optional<int64_t> schedule) {
    BalanceRequest request{.user_id = 1, .schedule = schedule};
    if (at) request.at = Instant(*at);
    return Validate(request, kUsd);
  };
  const Validated good = judged(5, 1'000);
  EXPECT_EQ(std::get<ReadBalance>(std::get<Operation>(good)).at, Instant(5));
  EXPECT_EQ(std::get<ReadBalance>(std::get<Operation>(good)).schedule, 1'000);
  EXPECT_EQ(std::get<Refusal>(judged(-1, {})).field, "at");
  EXPECT_EQ(std::get<Refusal>(judged(kMaxInstant.value() + 1, {})).field, "at");
  for (const int64_t schedule : {int64_t{0}, int64_t{-1}, int64_t{1'001}}) {
    EXPECT_EQ(std::get<Refusal>(judged({}, schedule)).field, "schedule");
  }
}

TEST(RequestTest, ChangesAreOneToAThousandAtATime) {
  EXPECT_EQ(std::get<ListChanges>(std::get<Operation>(Validate(ChangesRequest{}))).limit, 100);
  EXPECT_TRUE(std::holds_alternative<Operation>(Validate(ChangesRequest{.limit = 1'000})));
  for (const int64_t limit : {int64_t{0}, int64_t{-1}, int64_t{1'001}}) {
    EXPECT_EQ(std::get<Refusal>(Validate(ChangesRequest{.limit = limit})).field, "limit");
  }
}

TEST(RequestTest, AnOperationIsOfOneUserOrOfMany) {
  EXPECT_EQ(UserOf(ReadBalance{.user = UserId(7)}), UserId(7));
  EXPECT_EQ(UserOf(ListWithdrawals{.user = UserId(7)}), UserId(7));
  EXPECT_EQ(UserOf(ListWithdrawals{}), std::nullopt);
  EXPECT_EQ(UserOf(ListChanges{}), std::nullopt);
}

}  // namespace
}  // namespace wallet
