#include "net/codec.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <variant>

#include "net/limits.h"
#include "tests/support/currencies.h"

namespace wallet {
namespace {

Operation Valid(const v1::Operation& operation) {
  Validated validated = Decode(operation, kUsd);
  const Refusal* refusal = std::get_if<Refusal>(&validated);
  EXPECT_EQ(refusal, nullptr) << refusal->message;
  return refusal == nullptr ? std::get<Operation>(validated) : Operation();
}

Refusal Refused(const v1::Operation& operation) {
  Validated validated = Decode(operation, kUsd);
  EXPECT_TRUE(std::holds_alternative<Refusal>(validated));
  return std::holds_alternative<Refusal>(validated) ? std::get<Refusal>(validated) : Refusal();
}

v1::Operation MinimalCharge() {
  v1::Operation operation;
  operation.mutable_charge()->set_user_id(7);
  operation.mutable_charge()->set_amount(500);
  operation.mutable_charge()->set_idempotency_key("k");
  return operation;
}

TEST(DecodeTest, AChargeWithEverything) {
  v1::Operation operation = MinimalCharge();
  operation.mutable_charge()->set_currency("EUR");
  operation.mutable_charge()->set_release_at(1'000'001);
  operation.mutable_charge()->set_description("for shoes");
  const auto charge = std::get<Charge>(Valid(operation));
  EXPECT_EQ(charge.user, UserId(7));
  EXPECT_EQ(charge.amount, Amount(500));
  EXPECT_EQ(charge.key, "k");
  EXPECT_EQ(charge.currency, kEur);
  EXPECT_EQ(charge.release_at, Instant(1'000'001));
  EXPECT_EQ(charge.description, "for shoes");
}

TEST(DecodeTest, AbsentIsNullAndNotZero) {
  const auto charge = std::get<Charge>(Valid(MinimalCharge()));
  EXPECT_EQ(charge.currency, kUsd);
  EXPECT_EQ(charge.release_at, std::nullopt);
  EXPECT_EQ(charge.description, std::nullopt);
  v1::Operation operation = MinimalCharge();
  operation.mutable_charge()->clear_amount();
  EXPECT_EQ(Refused(operation).outcome, Outcome::kMissingField);
  EXPECT_EQ(Refused(operation).field, "amount");
}

TEST(DecodeTest, TextsAreViewsIntoTheMessage) {
  const v1::Operation operation = MinimalCharge();
  EXPECT_EQ(std::get<Charge>(Valid(operation)).key.data(),
            operation.charge().idempotency_key().data());
}

TEST(DecodeTest, AWithdrawalWithEverything) {
  v1::Operation operation;
  v1::Write& write = *operation.mutable_withdraw();
  write.set_user_id(7);
  write.set_amount(500);
  write.set_idempotency_key("k");
  write.set_destination("DE89");
  write.set_description("rent");
  const auto withdraw = std::get<Withdraw>(Valid(operation));
  EXPECT_EQ(withdraw.user, UserId(7));
  EXPECT_EQ(withdraw.amount, Amount(500));
  EXPECT_EQ(withdraw.destination, "DE89");
  EXPECT_EQ(withdraw.description, "rent");
}

TEST(DecodeTest, FieldsOfTheOtherWriteAreRefusedAndNotIgnored) {
  v1::Operation charge = MinimalCharge();
  charge.mutable_charge()->set_destination("DE89");
  EXPECT_EQ(Refused(charge).outcome, Outcome::kUnknownField);
  EXPECT_EQ(Refused(charge).field, "destination");

  v1::Operation withdraw;
  *withdraw.mutable_withdraw() = MinimalCharge().charge();
  withdraw.mutable_withdraw()->set_release_at(5);
  EXPECT_EQ(Refused(withdraw).outcome, Outcome::kUnknownField);
  EXPECT_EQ(Refused(withdraw).field, "release_at");
}

TEST(DecodeTest, Reads) {
  v1::Operation balance;
  balance.mutable_get_balance()->set_user_id(3);
  EXPECT_EQ(std::get<ReadBalance>(Valid(balance)).user, UserId(3));
  EXPECT_EQ(std::get<ReadBalance>(Valid(balance)).currency, kUsd);

  v1::Operation by_key;
  by_key.mutable_get_transaction()->set_user_id(3);
  by_key.mutable_get_transaction()->set_idempotency_key("k");
  EXPECT_EQ(std::get<ReadTransaction>(Valid(by_key)).id, std::nullopt);
  EXPECT_EQ(std::get<ReadTransaction>(Valid(by_key)).key, "k");

  v1::Operation list;
  list.mutable_list_transactions()->set_user_id(3);
  list.mutable_list_transactions()->set_before_id(90);
  list.mutable_list_transactions()->set_limit(20);
  const auto listed = std::get<ListTransactions>(Valid(list));
  EXPECT_EQ(listed.order, ListOrder::kBefore);
  EXPECT_EQ(listed.from, TransactionId(90));
  EXPECT_EQ(listed.limit, 20);

  v1::Operation withdrawals;
  withdrawals.mutable_list_withdrawals()->set_substatus("review");
  const auto open = std::get<ListWithdrawals>(Valid(withdrawals));
  EXPECT_EQ(open.user, std::nullopt);
  EXPECT_EQ(open.substatus, Substatus::kReview);
}

TEST(DecodeTest, AReadTellsWhatItNamesFromWhatItDoesNot) {
  v1::Operation balance;
  balance.mutable_get_balance()->set_currency("EUR");
  EXPECT_EQ(Refused(balance).outcome, Outcome::kMissingField);
  EXPECT_EQ(Refused(balance).field, "user_id");
  balance.mutable_get_balance()->set_user_id(3);
  EXPECT_EQ(std::get<ReadBalance>(Valid(balance)).currency, kEur);

  v1::Operation by_id;
  by_id.mutable_get_transaction()->set_id(4);
  EXPECT_EQ(Refused(by_id).outcome, Outcome::kMissingField);
  EXPECT_EQ(Refused(by_id).field, "user_id");
  by_id.mutable_get_transaction()->set_user_id(3);
  EXPECT_EQ(std::get<ReadTransaction>(Valid(by_id)).id, TransactionId(4));

  v1::Operation withdrawals;
  withdrawals.mutable_list_withdrawals()->set_user_id(3);
  EXPECT_EQ(std::get<ListWithdrawals>(Valid(withdrawals)).user, UserId(3));

  v1::Operation list;
  list.mutable_list_transactions();
  EXPECT_EQ(Refused(list).outcome, Outcome::kMissingField);
  EXPECT_EQ(Refused(list).field, "user_id");
}

TEST(DecodeTest, AnOperatorsDecision) {
  v1::Operation operation;
  operation.mutable_resolve()->set_user_id(3);
  operation.mutable_resolve()->set_id(4);
  operation.mutable_resolve()->set_paid(false);
  operation.mutable_resolve()->set_note("bank says no");
  const auto advance = std::get<Advance>(Valid(operation));
  EXPECT_EQ(advance.step, BankStep::kResolveNotPaid);
  EXPECT_EQ(advance.user, UserId(3));
  EXPECT_EQ(advance.id, TransactionId(4));
  operation.mutable_resolve()->clear_paid();
  EXPECT_EQ(Refused(operation).field, "paid");
}

TEST(DecodeTest, NoKindIsMalformed) {
  EXPECT_EQ(Refused(v1::Operation()).outcome, Outcome::kMalformedRequest);
}

// Adds a varint field with that number to the message's encoding.
template <class Message>
void AddUnknown(Message& message) {
  std::string bytes = message.SerializeAsString();
  bytes += std::string("\xf8\x06\x01", 3);  // field 111
  ASSERT_TRUE(message.ParseFromString(bytes));
}

TEST(DecodeTest, AFieldOfALaterVersionIsRefusedAndNotIgnored) {
  v1::Operation inside = MinimalCharge();
  AddUnknown(*inside.mutable_charge());
  EXPECT_EQ(Refused(inside).outcome, Outcome::kUnknownField);
  v1::Operation beside = MinimalCharge();
  AddUnknown(beside);
  EXPECT_EQ(Refused(beside).outcome, Outcome::kUnknownField);
  v1::Operation kind;
  AddUnknown(kind);
  EXPECT_EQ(Refused(kind).outcome, Outcome::kMalformedRequest);
}

TEST(DecodeTest, AFieldOfALaterVersionIsRefusedInAListOfChangesToo) {
  v1::Operation inside;
  inside.mutable_list_changes();
  EXPECT_TRUE(std::holds_alternative<ListChanges>(Valid(inside)));
  v1::Operation beside = inside;
  AddUnknown(*inside.mutable_list_changes());
  EXPECT_EQ(Refused(inside).outcome, Outcome::kUnknownField);
  AddUnknown(beside);
  EXPECT_EQ(Refused(beside).outcome, Outcome::kUnknownField);
}

TEST(DecodeTest, HealthAsksNothingOfAShard) {
  v1::Operation operation;
  operation.mutable_get_health();
  EXPECT_EQ(CheckGetHealth(operation), Outcome::kOk);
  v1::Operation beside = operation;
  AddUnknown(*operation.mutable_get_health());
  EXPECT_EQ(CheckGetHealth(operation), Outcome::kUnknownField);
  AddUnknown(beside);
  EXPECT_EQ(CheckGetHealth(beside), Outcome::kUnknownField);
}

TEST(DecodeTest, RandomBytesEndInAnOperationOrARefusal) {
  std::mt19937_64 random(3);
  int parsed = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 64);
    v1::Operation operation;
    if (!operation.ParseFromString(bytes)) continue;
    ++parsed;
    const Validated validated = Decode(operation, kUsd);
    if (const auto* refusal = std::get_if<Refusal>(&validated)) {
      EXPECT_NE(refusal->outcome, Outcome::kOk);
    }
  }
  EXPECT_GT(parsed, 100);
}

// Also holds the bytes against Protobuf's own.
v1::Result Encoded(const Result& result) {
  std::string bytes;
  AppendResult(result, bytes);
  v1::Response response;
  EXPECT_TRUE(response.ParseFromString(bytes));
  EXPECT_EQ(response.SerializeAsString(), bytes);
  EXPECT_EQ(response.results_size(), 1);
  return response.results(0);
}

Transaction FullWithdrawal() {
  Transaction transaction;
  transaction.user = UserId(7);
  transaction.id = TransactionId(3);
  transaction.type = TransactionType::kWithdraw;
  transaction.substatus = Substatus::kFailed;
  transaction.currency = kEur;
  transaction.epoch = Epoch(12345);
  transaction.amount = Amount(-500);
  transaction.created_at = Instant(1);
  transaction.updated_at = Instant(2);
  transaction.related_id = TransactionId(1);
  transaction.key = "key";
  transaction.destination = "DE89";
  transaction.description = "";
  transaction.failure_code = "closed";
  transaction.failure_message = "account closed";
  return transaction;
}

TEST(EncodeTest, AWithdrawalWithEverything) {
  Result result;
  result.set_transaction(FullWithdrawal());
  result.position = Position(99);
  const v1::Result out = Encoded(result);
  EXPECT_FALSE(out.has_error());
  EXPECT_EQ(out.position(), 99u);
  const v1::Transaction& transaction = out.transaction();
  EXPECT_EQ(transaction.id(), 3);
  EXPECT_EQ(transaction.user_id(), 7);
  EXPECT_EQ(transaction.currency(), "EUR");
  EXPECT_EQ(transaction.type(), 2u);
  EXPECT_EQ(transaction.substatus(), 7u);
  EXPECT_EQ(transaction.amount(), -500);
  EXPECT_EQ(transaction.idempotency_key(), "key");
  EXPECT_EQ(transaction.epoch(), Epoch(12345).ToString());
  EXPECT_EQ(transaction.destination(), "DE89");
  EXPECT_TRUE(transaction.has_description()) << "empty is not absent";
  EXPECT_EQ(transaction.related_id(), 1);
  EXPECT_EQ(transaction.created_at(), 1);
  EXPECT_EQ(transaction.updated_at(), 2);
  EXPECT_FALSE(transaction.has_release_at());
  EXPECT_EQ(transaction.failure_code(), "closed");
  EXPECT_EQ(transaction.failure_message(), "account closed");
}

TEST(EncodeTest, AChargeHasNoEpochAndLeavesOutWhatItHasNot) {
  Result result;
  Transaction charge;
  charge.currency = kUsd;
  charge.epoch = Epoch(12345);
  charge.release_at = Instant(0);
  result.set_transaction(charge);
  const v1::Transaction transaction = Encoded(result).transaction();
  EXPECT_EQ(transaction.epoch(), "");
  EXPECT_FALSE(transaction.has_destination());
  EXPECT_FALSE(transaction.has_description());
  EXPECT_FALSE(transaction.has_related_id());
  EXPECT_TRUE(transaction.has_release_at()) << "1970 is not absent";
}

TEST(EncodeTest, ABalanceIsOfItsCurrency) {
  Result result;
  result.balance = Balance{Amount(10), Amount(5), Amount(3), Amount(2)};
  result.currency = kEur;
  const v1::Balance balance = Encoded(result).balance();
  EXPECT_EQ(balance.currency(), "EUR");
  EXPECT_EQ(balance.total(), 10);
  EXPECT_EQ(balance.withdrawable(), 5);
  EXPECT_EQ(balance.unreleased(), 3);
  EXPECT_EQ(balance.held(), 2);
}

TEST(EncodeTest, AnErrorAlwaysSaysSomething) {
  Result result;
  result.outcome = Outcome::kInsufficientBalance;
  result.field = "amount";
  const v1::Error error = Encoded(result).error();
  EXPECT_EQ(error.code(), 33u);
  EXPECT_EQ(error.field(), "amount");
  EXPECT_EQ(error.message(), DefaultMessage(Outcome::kInsufficientBalance));
}

TEST(EncodeTest, ARefusalKeepsItsWords) {
  const v1::Error error =
      Encoded(ToResult({Outcome::kInvalidField, "limit", "ask for fewer"})).error();
  EXPECT_EQ(error.code(), 11u);
  EXPECT_EQ(error.field(), "limit");
  EXPECT_EQ(error.message(), "ask for fewer");
}

TEST(EncodeTest, APageKeepsItsOrderAndItsEnd) {
  Result result;
  result.page = std::make_unique<Page>();
  result.page->transactions = {FullWithdrawal(), FullWithdrawal()};
  result.page->transactions[1].id = TransactionId(2);
  result.page->total = 5;
  result.page->next = 2;
  v1::Page page = Encoded(result).page();
  ASSERT_EQ(page.transactions_size(), 2);
  EXPECT_EQ(page.transactions(0).id(), 3);
  EXPECT_EQ(page.transactions(1).id(), 2);
  EXPECT_EQ(page.total(), 5);
  EXPECT_EQ(page.next(), 2);
  result.page->next = std::nullopt;
  EXPECT_FALSE(Encoded(result).page().has_next());
}

TEST(EncodeTest, Health) {
  Health health;
  health.condition = Condition::kReadOnly;
  health.queue_length = 3;
  health.queue_capacity = 150;
  health.by_substatus[static_cast<int>(Substatus::kReview)] = 4;
  health.position = Position(8);
  health.uptime_us = 2'999'999;
  health.bank_paused = true;
  health.rate_limited = 9;
  v1::Health out;
  Encode(health, {.version = "0.1", .epoch = "abcdefgh", .bank = "sim"}, out);
  EXPECT_EQ(out.status(), "read_only");
  EXPECT_EQ(out.version(), "0.1");
  EXPECT_EQ(out.epoch(), "abcdefgh");
  EXPECT_EQ(out.bank(), "sim");
  EXPECT_EQ(out.queue_length(), 3);
  EXPECT_EQ(out.queue_capacity(), 150);
  ASSERT_EQ(out.by_substatus_size(), kSubstatusCount);
  EXPECT_EQ(out.by_substatus(5), 4);
  EXPECT_EQ(out.position(), 8u);
  EXPECT_EQ(out.uptime_s(), 2);
  EXPECT_TRUE(out.bank_paused());
  EXPECT_EQ(out.rate_limited(), 9);
}

TEST(EncodeTest, TheLargestWriteAnswerFitsAFrameManyTimes) {
  Result result;
  result.outcome = Outcome::kDuplicateRequest;
  const std::string key(kMaxKeyBytes, 'k'), destination(kMaxDestinationBytes, 'd'),
      description(kMaxDescriptionBytes, 'e'), code(kMaxFailureCodeBytes, 'c'),
      message(kMaxFailureMessageBytes, 'm');
  Transaction largest = FullWithdrawal();
  largest.key = key;
  largest.destination = destination;
  largest.description = description;
  largest.failure_code = code;
  largest.failure_message = message;
  result.set_transaction(largest);
  EXPECT_LT(Encoded(result).ByteSizeLong(), kMaxFrameBytes / 100);
}

TEST(DecodeTest, ABalanceInTime) {
  v1::Operation operation;
  operation.mutable_get_balance()->set_user_id(3);
  operation.mutable_get_balance()->set_at(5);
  operation.mutable_get_balance()->set_schedule(10);
  EXPECT_EQ(std::get<ReadBalance>(Valid(operation)).at, Instant(5));
  EXPECT_EQ(std::get<ReadBalance>(Valid(operation)).schedule, 10);
}

TEST(DecodeTest, ChangesAreAskedForByAPositionsToken) {
  v1::Operation operation;
  operation.mutable_list_changes();
  EXPECT_EQ(std::get<ListChanges>(Valid(operation)).after, std::nullopt);
  EXPECT_EQ(std::get<ListChanges>(Valid(operation)).limit, 100);
  operation.mutable_list_changes()->set_after("k3v7qm2a-1f4");
  operation.mutable_list_changes()->set_limit(7);
  const auto list = std::get<ListChanges>(Valid(operation));
  EXPECT_EQ(list.after, (LedgerPosition{*Epoch::Parse("k3v7qm2a"), Position(500)}));
  EXPECT_EQ(list.limit, 7);
  for (const char* after : {"", "500", "k3v7qm2a-", "k3v7qm2a-01", "K3V7QM2A-1", "k3v7qm2a-xyz"}) {
    operation.mutable_list_changes()->set_after(after);
    EXPECT_EQ(Refused(operation).outcome, Outcome::kInvalidField) << after;
    EXPECT_EQ(Refused(operation).field, "after") << after;
  }
}

TEST(EncodeTest, ABalanceInTimeSaysItsInstantAndItsReleases) {
  Result result;
  result.balance = Balance{Amount(10), Amount(5), Amount(3), Amount(2)};
  result.currency = kEur;
  result.position = Position(9);
  result.balance_details = std::make_unique<BalanceDetails>();
  EXPECT_TRUE(Encoded(result).balance().has_at()) << "1970 is not absent";
  result.balance_details->at = Instant(77);
  auto& schedule = result.balance_details->schedule.emplace();
  for (int i = 1; i <= kMaxScheduleLimit; ++i) {
    schedule.push_back({Instant(kMaxInstant.value() - i), Amount(INT64_MAX - i)});
  }
  const v1::Result out = Encoded(result);
  EXPECT_EQ(out.position(), 9u);
  EXPECT_EQ(out.balance().at(), 77);
  EXPECT_EQ(out.balance().held(), 2);
  ASSERT_EQ(out.balance().schedule_size(), kMaxScheduleLimit);
  EXPECT_EQ(out.balance().schedule(1).release_at(), kMaxInstant.value() - 2);
  EXPECT_EQ(out.balance().schedule(1).amount(), INT64_MAX - 2);
}

TEST(EncodeTest, ChangesKeepTheirOrderAndSayWhereToGoOn) {
  Result result;
  result.position = Position(9);
  result.changes = std::make_unique<ChangesPage>();
  result.changes->changes = {{Position(7), FullWithdrawal()}, {Position(8), FullWithdrawal()}};
  result.changes->changes[1].transaction.id = TransactionId(4);
  result.changes->next = Position(8);
  result.changes->end = Position(9);
  const v1::Changes changes = Encoded(result).changes();
  ASSERT_EQ(changes.changes_size(), 2);
  EXPECT_EQ(changes.changes(0).position(), 7u);
  EXPECT_EQ(changes.changes(0).transaction().failure_code(), "closed");
  EXPECT_EQ(changes.changes(1).transaction().id(), 4);
  EXPECT_EQ(changes.next(), 8u);
  EXPECT_EQ(changes.end(), 9u);
}

}  // namespace
}  // namespace wallet
