// What each call asks of the ledger, as its fields say.
#include "net/http/calls.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/net/http/request_lines.h"

namespace wallet {
namespace {

// The operation of a call that must not be refused.
template <class Asked>
Asked OperationOf(const Call& call, CallKind kind) {
  EXPECT_FALSE(call.refusal) << call.refusal->message;
  EXPECT_EQ(call.kind, kind);
  const auto* asked = std::get_if<Asked>(&call.operation);
  EXPECT_NE(asked, nullptr);
  return asked ? *asked : Asked();
}

Currency CurrencyOf(const char* code) { return *Currency::Parse(code); }

TEST(CallsTest, AChargeNeedsNoMoreThanWhoWhatAndItsKey) {
  const Call call = ReadPost("/charge", R"({"user_id":7,"amount":500,"idempotency_key":"k"})");
  const auto charge = OperationOf<Charge>(call, CallKind::kCharge);
  EXPECT_EQ(charge.user, UserId(7));
  EXPECT_EQ(charge.amount, Amount(500));
  EXPECT_EQ(charge.key, "k");
  EXPECT_EQ(charge.currency, CurrencyOf("USD")) << "the ledger's default";
  EXPECT_FALSE(charge.release_at);
  EXPECT_FALSE(charge.description);
}

TEST(CallsTest, AChargeTakesAllItsFields) {
  const Call call =
      ReadPost("/charge", R"({"description":"d\u00e9","release_at":"2024-01-15T12:00:00Z",
      "currency":"EUR","idempotency_key":"k","amount":"9223372036854775807",
      "user_id":"9223372036854775807"})");
  const auto charge = OperationOf<Charge>(call, CallKind::kCharge);
  EXPECT_EQ(charge.user, UserId(INT64_MAX));
  EXPECT_EQ(charge.amount, Amount(INT64_MAX));
  EXPECT_EQ(charge.currency, CurrencyOf("EUR"));
  EXPECT_EQ(charge.release_at, Instant(1'705'320'000'000'000));
  EXPECT_EQ(charge.description, "d\u00e9");
}

TEST(CallsTest, FieldsThatAreNullAreAbsent) {
  const Call call = ReadPost("/charge", R"({"user_id":7,"amount":500,"idempotency_key":"k",
      "currency":null,"release_at":null,"description":null})");
  const auto charge = OperationOf<Charge>(call, CallKind::kCharge);
  EXPECT_EQ(charge.currency, CurrencyOf("USD"));
  EXPECT_FALSE(charge.release_at);
  EXPECT_FALSE(charge.description);
}

TEST(CallsTest, AWithdrawalTakesAllItsFields) {
  const Call call = ReadPost("/withdraw", R"({"user_id":7,"amount":500,"idempotency_key":"k",
      "currency":"JPY","destination":"","description":"d"})");
  const auto withdraw = OperationOf<Withdraw>(call, CallKind::kWithdraw);
  EXPECT_EQ(withdraw.user, UserId(7));
  EXPECT_EQ(withdraw.amount, Amount(500)) << "positive, as requested";
  EXPECT_EQ(withdraw.key, "k");
  EXPECT_EQ(withdraw.currency, CurrencyOf("JPY"));
  EXPECT_EQ(withdraw.destination, "") << "empty is not absent";
  EXPECT_EQ(withdraw.description, "d");
}

TEST(CallsTest, ABalanceIsOfTheDefaultCurrencyOrTheOneNamed) {
  const auto plain = OperationOf<ReadBalance>(ReadGet("/balance?user_id=7"), CallKind::kBalance);
  EXPECT_EQ(plain.user, UserId(7));
  EXPECT_EQ(plain.currency, CurrencyOf("USD"));
  const auto named =
      OperationOf<ReadBalance>(ReadGet("/balance?currency=EUR&user_id=7"), CallKind::kBalance);
  EXPECT_EQ(named.currency, CurrencyOf("EUR"));
}

TEST(CallsTest, ATransactionIsNamedByIdOrKey) {
  const Call call = ReadGet("/transaction?user_id=7&id=45");
  const auto by_id = OperationOf<ReadTransaction>(call, CallKind::kTransaction);
  EXPECT_EQ(by_id.user, UserId(7));
  EXPECT_EQ(by_id.id, TransactionId(45));
  const Call keyed = ReadGet("/transaction?user_id=7&idempotency_key=a%20key%2F+%C3%A9");
  const auto by_key = OperationOf<ReadTransaction>(keyed, CallKind::kTransaction);
  EXPECT_FALSE(by_key.id);
  EXPECT_EQ(by_key.key, "a key/ \u00e9");
}

TEST(CallsTest, AListBeginsWithTenOfItsFirstPage) {
  const auto list =
      OperationOf<ListTransactions>(ReadGet("/transactions?user_id=7"), CallKind::kTransactions);
  EXPECT_EQ(list.user, UserId(7));
  EXPECT_FALSE(list.currency) << "all of them";
  EXPECT_EQ(list.order, ListOrder::kPage);
  EXPECT_EQ(list.page, 1);
  EXPECT_EQ(list.limit, 10);
}

TEST(CallsTest, AListGoesByPagesOrFromAnIdInEitherDirection) {
  const auto list = [](const char* target) {
    return OperationOf<ListTransactions>(ReadGet(target), CallKind::kTransactions);
  };
  const auto page = list("/transactions?user_id=7&page=3&limit=1000&currency=EUR");
  EXPECT_EQ(page.order, ListOrder::kPage);
  EXPECT_EQ(page.page, 3);
  EXPECT_EQ(page.limit, 1'000);
  EXPECT_EQ(page.currency, CurrencyOf("EUR"));
  const auto before = list("/transactions?user_id=7&before_id=5");
  EXPECT_EQ(before.order, ListOrder::kBefore);
  EXPECT_EQ(before.from, TransactionId(5));
  const auto after = list("/transactions?user_id=7&after_id=0");
  EXPECT_EQ(after.order, ListOrder::kAfter);
  EXPECT_EQ(after.from, TransactionId(0));
}

TEST(CallsTest, OpenWithdrawalsAreOfAllUsersOrOfOne) {
  const auto all = OperationOf<ListWithdrawals>(ReadGet("/withdrawals"), CallKind::kWithdrawals);
  EXPECT_FALSE(all.user);
  EXPECT_FALSE(all.substatus);
  EXPECT_EQ(all.limit, 10);
  const auto some = OperationOf<ListWithdrawals>(
      ReadGet("/withdrawals?user_id=7&substatus=review&limit=2"), CallKind::kWithdrawals);
  EXPECT_EQ(some.user, UserId(7));
  EXPECT_EQ(some.substatus, Substatus::kReview);
  EXPECT_EQ(some.limit, 2);
}

TEST(CallsTest, AnOperatorsDecisionSaysPaidOrNot) {
  const Call yes =
      ReadPost("/withdrawals/resolve", R"({"user_id":7,"id":2,"paid":true,"note":"seen"})");
  const auto paid = OperationOf<Advance>(yes, CallKind::kResolve);
  EXPECT_EQ(paid.user, UserId(7));
  EXPECT_EQ(paid.id, TransactionId(2));
  EXPECT_EQ(paid.step, BankStep::kResolvePaid);
  EXPECT_EQ(paid.message, "seen");
  const Call no = ReadPost("/withdrawals/resolve", R"({"user_id":7,"id":2,"paid":false})");
  const auto not_paid = OperationOf<Advance>(no, CallKind::kResolve);
  EXPECT_EQ(not_paid.step, BankStep::kResolveNotPaid);
  EXPECT_EQ(not_paid.message, "");
}

TEST(CallsTest, HealthAsksNothing) {
  for (const char* target : {"/health", "/health?"}) {
    const Call call = ReadGet(target);
    EXPECT_FALSE(call.refusal) << target;
    EXPECT_EQ(call.kind, CallKind::kHealth) << target;
  }
}

TEST(CallsTest, TheTextsOfAnOperationOutliveTheBytesAndTheMoveOfTheCall) {
  Call moved;
  {
    std::string body = R"({"user_id":7,"amount":1,"idempotency_key":"short","description":")" +
                       std::string(200, 'd') + "\"}";
    Call call = ReadPost("/charge", body);
    body.assign(body.size(), '!');
    moved = std::move(call);
  }
  const auto charge = OperationOf<Charge>(moved, CallKind::kCharge);
  EXPECT_EQ(charge.key, "short");
  EXPECT_EQ(charge.description, std::string(200, 'd'));
}

TEST(CallsTest, OnlyWhatMayChangeSomethingIsAWrite) {
  for (const CallKind kind : {CallKind::kCharge, CallKind::kWithdraw, CallKind::kResolve}) {
    EXPECT_TRUE(IsWrite(kind));
  }
  for (const CallKind kind : {CallKind::kBalance, CallKind::kTransaction, CallKind::kTransactions,
                              CallKind::kWithdrawals, CallKind::kChanges, CallKind::kHealth}) {
    EXPECT_FALSE(IsWrite(kind));
  }
}

TEST(CallsTest, ABalanceMayBeOfAnotherInstantAndWithItsReleases) {
  const auto read = OperationOf<ReadBalance>(
      ReadGet("/balance?user_id=7&at=2024-01-15T13:00:00%2B01:00&schedule=10"), CallKind::kBalance);
  EXPECT_EQ(read.at, Instant(1'705'320'000'000'000));
  EXPECT_EQ(read.schedule, 10);
}

TEST(CallsTest, ChangesBeginBehindAPositionOrWithTheOldest) {
  const auto all = OperationOf<ListChanges>(ReadGet("/changes"), CallKind::kChanges);
  EXPECT_FALSE(all.after);
  EXPECT_EQ(all.limit, 100);
  const auto some = OperationOf<ListChanges>(ReadGet("/changes?after=k3v7qm2a-1f4&limit=1000"),
                                             CallKind::kChanges);
  EXPECT_EQ(some.after, (LedgerPosition{*Epoch::Parse("k3v7qm2a"), Position(500)}));
  EXPECT_EQ(some.limit, 1'000);
}

}  // namespace
}  // namespace wallet
