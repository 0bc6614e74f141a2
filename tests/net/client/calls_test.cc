// What each call puts on the wire, and what it makes of the answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/client/fake_server.h"
#include "tests/net/client/pending.h"

namespace wallet::client {
namespace {

using testing::ElementsAre;
using testing::Pair;

class ClientCalls : public testing::Test {
 protected:
  // The one operation that comes of the call begun before.
  v1::Operation Sent() {
    if (!peer_) peer_ = server_.Greet();
    request_ = peer_->Expect();
    EXPECT_EQ(request_.body.operations_size(), 1);
    return request_.body.operations_size() == 1 ? request_.body.operations(0) : v1::Operation();
  }

  void Answer(const v1::Result& result) {
    v1::Response response;
    *response.add_results() = result;
    peer_->Answer(request_.id, response);
  }

  FakeServer server_;
  std::unique_ptr<FakePeer> peer_;
  ReceivedRequest request_;
  std::unique_ptr<Client> client_ = Client::Create({.address = server_.address()});
};

TEST_F(ClientCalls, SayHelloWithTheVersionTheySpeak) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  const v1::Hello hello = server_.Accept()->TakeHello();
  EXPECT_LE(hello.min_version(), kProtocolVersion);
  EXPECT_GE(hello.max_version(), kProtocolVersion);
  EXPECT_EQ(hello.credentials(), "");
}

TEST_F(ClientCalls, ChargeSendsEveryField) {
  PendingWrite pending = Start(*client_, {.user_id = 123,
                                          .amount = 5'000,
                                          .idempotency_key = "charge-1",
                                          .currency = "EUR",
                                          .release_at = Instant(1'705'320'000'000'000),
                                          .description = "for a chair"});
  const v1::Operation sent = Sent();
  ASSERT_TRUE(sent.has_charge());
  EXPECT_EQ(sent.charge().user_id(), 123);
  EXPECT_EQ(sent.charge().amount(), 5'000);
  EXPECT_EQ(sent.charge().idempotency_key(), "charge-1");
  EXPECT_EQ(sent.charge().currency(), "EUR");
  EXPECT_EQ(sent.charge().release_at(), 1'705'320'000'000'000);
  EXPECT_EQ(sent.charge().description(), "for a chair");
  EXPECT_FALSE(sent.charge().has_destination());
}

TEST_F(ClientCalls, WhatAChargeDoesNotNameIsAbsent) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  const v1::Operation sent = Sent();
  EXPECT_FALSE(sent.charge().has_currency());
  EXPECT_FALSE(sent.charge().has_release_at());
  EXPECT_FALSE(sent.charge().has_description());
}

TEST_F(ClientCalls, WhatTheServerMustRefuseIsSentAsItIs) {
  PendingWrite pending = Start(*client_, {.user_id = -1, .amount = 0, .idempotency_key = ""});
  const v1::Operation sent = Sent();
  EXPECT_TRUE(sent.charge().has_user_id());
  EXPECT_EQ(sent.charge().user_id(), -1);
  EXPECT_TRUE(sent.charge().has_amount());
  EXPECT_TRUE(sent.charge().has_idempotency_key());
}

TEST_F(ClientCalls, WithdrawSendsEveryField) {
  PendingWrite pending;
  client_->Do(Withdraw{.user_id = 123,
                       .amount = 1'000,
                       .idempotency_key = "withdraw-1",
                       .currency = "EUR",
                       .destination = "DE02",
                       .description = "weekly"},
              pending.done());
  const v1::Operation sent = Sent();
  ASSERT_TRUE(sent.has_withdraw());
  EXPECT_EQ(sent.withdraw().amount(), 1'000);
  EXPECT_EQ(sent.withdraw().destination(), "DE02");
  EXPECT_EQ(sent.withdraw().description(), "weekly");
}

TEST_F(ClientCalls, WhatAWithdrawalDoesNotNameIsAbsent) {
  PendingWrite pending;
  client_->Do(Withdraw{.user_id = 123, .amount = 1'000, .idempotency_key = "w"}, pending.done());
  const v1::Operation sent = Sent();
  EXPECT_FALSE(sent.withdraw().has_currency());
  EXPECT_FALSE(sent.withdraw().has_destination());
  EXPECT_FALSE(sent.withdraw().has_description());
}

TEST_F(ClientCalls, ResolveSendsTheDecision) {
  PendingWrite pending;
  client_->Resolve(123, 45, false, "the bank says no", pending.done());
  const v1::Operation sent = Sent();
  ASSERT_TRUE(sent.has_resolve());
  EXPECT_EQ(sent.resolve().user_id(), 123);
  EXPECT_EQ(sent.resolve().id(), 45);
  EXPECT_TRUE(sent.resolve().has_paid());
  EXPECT_FALSE(sent.resolve().paid());
  EXPECT_EQ(sent.resolve().note(), "the bank says no");
}

TEST_F(ClientCalls, ADecisionWithoutANoteSendsNone) {
  PendingWrite pending;
  client_->Resolve(123, 45, true, "", pending.done());
  const v1::Operation sent = Sent();
  EXPECT_TRUE(sent.resolve().paid());
  EXPECT_FALSE(sent.resolve().has_note());
}

v1::Result WithdrawalResult() {
  v1::Result result;
  v1::Transaction& wire = *result.mutable_transaction();
  wire.set_id(45);
  wire.set_user_id(123);
  wire.set_currency("USD");
  wire.set_type(2);
  wire.set_substatus(7);
  wire.set_amount(-1'000);
  wire.set_idempotency_key("withdraw-1");
  wire.set_epoch("zyxwvuts");
  wire.set_destination("DE02");
  wire.set_related_id(44);
  wire.set_created_at(1);
  wire.set_updated_at(2);
  wire.set_failure_code("declined");
  wire.set_failure_message("no such account");
  v1::Balance& balance = *result.mutable_balance();
  balance.set_currency("USD");
  balance.set_total(10'000);
  balance.set_withdrawable(8'000);
  balance.set_unreleased(1'500);
  balance.set_held(500);
  result.set_position(500);
  return result;
}

TEST_F(ClientCalls, AWriteAnswersTheTransactionWithTheContractsNames) {
  PendingWrite pending = Start(*client_, ChargeOf(123, "withdraw-1"));
  Sent();
  Answer(WithdrawalResult());
  const WriteAnswer answer = pending.Get();
  ASSERT_TRUE(answer.ok() && answer.transaction);
  EXPECT_EQ(answer.transaction->id, 45);
  EXPECT_EQ(answer.transaction->user_id, 123);
  EXPECT_EQ(answer.transaction->type, "withdraw");
  EXPECT_EQ(answer.transaction->status, "failed");
  EXPECT_EQ(answer.transaction->substatus, "failed");
  EXPECT_EQ(answer.transaction->amount, -1'000);
  EXPECT_EQ(answer.transaction->reference, "w-zyxwvuts-123-45");
  EXPECT_EQ(answer.transaction->destination, "DE02");
  EXPECT_EQ(answer.transaction->description, std::nullopt);
  EXPECT_EQ(answer.transaction->related_id, 44);
  EXPECT_EQ(answer.transaction->created_at, Instant(1));
  EXPECT_EQ(answer.transaction->updated_at, Instant(2));
  EXPECT_EQ(answer.transaction->release_at, std::nullopt);
  EXPECT_EQ(answer.transaction->failure_code, "declined");
  EXPECT_EQ(answer.transaction->failure_message, "no such account");
}

TEST_F(ClientCalls, AChargeAnswersItsReleaseAndItsDescription) {
  PendingWrite pending = Start(*client_, ChargeOf(123, "k"));
  Sent();
  v1::Result result;
  v1::Transaction& wire = *result.mutable_transaction();
  wire.set_id(46);
  wire.set_type(1);
  wire.set_release_at(77);
  wire.set_description("");
  Answer(result);
  const WriteAnswer answer = pending.Get();
  ASSERT_TRUE(answer.transaction);
  EXPECT_EQ(answer.transaction->release_at, Instant(77));
  EXPECT_EQ(answer.transaction->description, "");
  EXPECT_EQ(answer.transaction->destination, std::nullopt);
}

TEST_F(ClientCalls, AWriteAnswersTheBalanceAndWhereItIsDurable) {
  PendingWrite pending = Start(*client_, ChargeOf(123, "k"));
  Sent();
  Answer(WithdrawalResult());
  const WriteAnswer answer = pending.Get();
  ASSERT_TRUE(answer.balance);
  EXPECT_EQ(answer.balance->currency, "USD");
  EXPECT_EQ(answer.balance->total, 10'000);
  EXPECT_EQ(answer.balance->withdrawable, 8'000);
  EXPECT_EQ(answer.balance->unreleased, 1'500);
  EXPECT_EQ(answer.balance->held, 500);
  EXPECT_EQ(answer.position, "abcdefgh-1f4");
  EXPECT_FALSE(answer.replayed);
}

struct StatusCase {
  uint32_t wire;
  std::string substatus;
  std::string status;
};

class ClientStatus : public ClientCalls, public testing::WithParamInterface<StatusCase> {};

TEST_P(ClientStatus, FollowsFromTheSubstatus) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  Sent();
  v1::Result result;
  result.mutable_transaction()->set_substatus(GetParam().wire);
  Answer(result);
  const WriteAnswer answer = pending.Get();
  EXPECT_EQ(answer.transaction->substatus, GetParam().substatus);
  EXPECT_EQ(answer.transaction->status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    All, ClientStatus,
    testing::Values(StatusCase{0, "", "completed"}, StatusCase{1, "queued", "pending"},
                    StatusCase{2, "dispatching", "pending"}, StatusCase{3, "unknown", "pending"},
                    StatusCase{4, "inquiring", "pending"}, StatusCase{5, "review", "pending"},
                    StatusCase{6, "completed", "completed"}, StatusCase{7, "failed", "failed"},
                    StatusCase{99, "unknown_99", "pending"}));

TEST_F(ClientCalls, ARefusalCarriesWhatTheServerSays) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  Sent();
  v1::Result result;
  result.mutable_error()->set_code(static_cast<uint32_t>(Code::kInvalidField));
  result.mutable_error()->set_field("amount");
  result.mutable_error()->set_message("above zero, please");
  Answer(result);
  const WriteAnswer answer = pending.Get();
  EXPECT_FALSE(answer.ok());
  EXPECT_EQ(answer.code, Code::kInvalidField);
  EXPECT_EQ(answer.field, "amount");
  EXPECT_EQ(answer.message, "above zero, please");
  EXPECT_FALSE(answer.transaction);
  EXPECT_FALSE(answer.balance);
  EXPECT_EQ(answer.position, "");
}

TEST_F(ClientCalls, GetBalanceAsksForOneCurrency) {
  Pending<BalanceAnswer> pending;
  client_->GetBalance(123, "EUR", pending.done());
  const v1::Operation sent = Sent();
  EXPECT_EQ(sent.get_balance().user_id(), 123);
  EXPECT_EQ(sent.get_balance().currency(), "EUR");
  Answer(WithdrawalResult());
  EXPECT_EQ(pending.Get().balance.total, 10'000);
}

TEST_F(ClientCalls, GetBalanceWithoutACurrencyNamesNone) {
  Pending<BalanceAnswer> pending;
  client_->GetBalance(123, "", pending.done());
  EXPECT_FALSE(Sent().get_balance().has_currency());
}

TEST_F(ClientCalls, GetTransactionAsksByNumber) {
  Pending<TransactionAnswer> pending;
  client_->GetTransaction(123, int64_t{45}, pending.done());
  const v1::Operation sent = Sent();
  EXPECT_EQ(sent.get_transaction().id(), 45);
  EXPECT_FALSE(sent.get_transaction().has_idempotency_key());
  Answer(WithdrawalResult());
  EXPECT_EQ(pending.Get().transaction->id, 45);
}

TEST_F(ClientCalls, GetTransactionAsksByKey) {
  Pending<TransactionAnswer> pending;
  client_->GetTransaction(123, std::string("withdraw-1"), pending.done());
  const v1::Operation sent = Sent();
  EXPECT_EQ(sent.get_transaction().idempotency_key(), "withdraw-1");
  EXPECT_FALSE(sent.get_transaction().has_id());
}

TEST_F(ClientCalls, ListTransactionsAsksForAPage) {
  Pending<PageAnswer> pending;
  client_->List(ListTransactions{.user_id = 123, .currency = "EUR", .limit = 20, .after_id = 0},
                pending.done());
  const v1::Operation sent = Sent();
  EXPECT_EQ(sent.list_transactions().user_id(), 123);
  EXPECT_EQ(sent.list_transactions().currency(), "EUR");
  EXPECT_EQ(sent.list_transactions().limit(), 20);
  EXPECT_TRUE(sent.list_transactions().has_after_id());
  EXPECT_FALSE(sent.list_transactions().has_page());
  EXPECT_FALSE(sent.list_transactions().has_before_id());
}

TEST_F(ClientCalls, ListTransactionsNamesItsPageOrWhereItBegins) {
  Pending<PageAnswer> third;
  client_->List(ListTransactions{.user_id = 123, .page = 3}, third.done());
  v1::Operation sent = Sent();
  EXPECT_EQ(sent.list_transactions().page(), 3);
  EXPECT_FALSE(sent.list_transactions().has_before_id());
  Pending<PageAnswer> before;
  client_->List(ListTransactions{.user_id = 123, .before_id = 45}, before.done());
  sent = Sent();
  EXPECT_EQ(sent.list_transactions().before_id(), 45);
  EXPECT_FALSE(sent.list_transactions().has_page());
}

TEST_F(ClientCalls, APageAnswersItsTransactionsAndWhereTheNextBegins) {
  Pending<PageAnswer> pending;
  client_->List(ListTransactions{.user_id = 123}, pending.done());
  Sent();
  v1::Result result;
  result.mutable_page()->add_transactions()->set_id(9);
  result.mutable_page()->add_transactions()->set_id(8);
  result.mutable_page()->set_total(45);
  result.mutable_page()->set_next(8);
  Answer(result);
  const PageAnswer answer = pending.Get();
  ASSERT_EQ(answer.transactions.size(), 2u);
  EXPECT_EQ(answer.transactions[0].id, 9);
  EXPECT_EQ(answer.transactions[1].id, 8);
  EXPECT_EQ(answer.total, 45);
  EXPECT_EQ(answer.next, 8);
}

TEST_F(ClientCalls, TheLastPageHasNoNext) {
  Pending<PageAnswer> pending;
  client_->List(ListWithdrawals{}, pending.done());
  const v1::Operation sent = Sent();
  ASSERT_TRUE(sent.has_list_withdrawals());
  EXPECT_FALSE(sent.list_withdrawals().has_user_id());
  EXPECT_FALSE(sent.list_withdrawals().has_substatus());
  v1::Result result;
  result.mutable_page();
  Answer(result);
  EXPECT_EQ(pending.Get().next, std::nullopt);
}

TEST_F(ClientCalls, ListWithdrawalsAsksForASubstatus) {
  Pending<PageAnswer> pending;
  client_->List(ListWithdrawals{.user_id = 123, .substatus = "review", .limit = 5}, pending.done());
  const v1::Operation sent = Sent();
  EXPECT_EQ(sent.list_withdrawals().user_id(), 123);
  EXPECT_EQ(sent.list_withdrawals().substatus(), "review");
  EXPECT_EQ(sent.list_withdrawals().limit(), 5);
}

TEST_F(ClientCalls, GetHealthAnswersWhatTheServerSaysOfItself) {
  Pending<HealthAnswer> pending;
  client_->GetHealth(pending.done());
  ASSERT_TRUE(Sent().has_get_health());
  v1::Result result;
  v1::Health& health = *result.mutable_health();
  health.set_status("degraded");
  health.set_version("1.2.3");
  health.set_epoch("abcdefgh");
  health.set_bank("sim");
  health.set_queue_length(3);
  health.set_queue_capacity(150);
  for (int64_t i = 0; i < 8; ++i) health.add_by_substatus(i * 10);
  health.set_position(500);
  health.set_uptime_s(60);
  health.set_bank_paused(true);
  health.set_rate_limited(9);
  Answer(result);
  const HealthAnswer answer = pending.Get();
  EXPECT_EQ(answer.status, "degraded");
  EXPECT_EQ(answer.version, "1.2.3");
  EXPECT_EQ(answer.epoch, "abcdefgh");
  EXPECT_EQ(answer.bank, "sim");
  EXPECT_EQ(answer.queue_length, 3);
  EXPECT_EQ(answer.queue_capacity, 150);
  EXPECT_THAT(answer.by_substatus,
              ElementsAre(Pair("queued", 10), Pair("dispatching", 20), Pair("unknown", 30),
                          Pair("inquiring", 40), Pair("review", 50)));
  EXPECT_EQ(answer.position, "abcdefgh-1f4");
  EXPECT_EQ(answer.uptime_s, 60);
  EXPECT_TRUE(answer.bank_paused);
  EXPECT_EQ(answer.rate_limited, 9);
}

TEST_F(ClientCalls, GetHealthThatIsRefusedSaysNothingOfTheServer) {
  Pending<HealthAnswer> pending;
  client_->GetHealth(pending.done());
  Sent();
  v1::Result result;
  result.mutable_error()->set_code(static_cast<uint32_t>(Code::kInternal));
  Answer(result);
  const HealthAnswer answer = pending.Get();
  EXPECT_FALSE(answer.ok());
  EXPECT_EQ(answer.position, "");
}

TEST_F(ClientCalls, ReadBalanceNamesItsInstantAndKeepsTheReleases) {
  Pending<BalanceAnswer> pending;
  client_->Read({.user_id = 123, .at = Instant(5), .schedule = 2}, pending.done());
  const v1::Operation sent = Sent();
  EXPECT_EQ(sent.get_balance().at(), 5);
  EXPECT_EQ(sent.get_balance().schedule(), 2);
  EXPECT_FALSE(sent.get_balance().has_currency());
  v1::Result result;
  result.mutable_balance()->set_total(10);
  result.mutable_balance()->set_at(5);
  v1::Release& release = *result.mutable_balance()->add_schedule();
  release.set_release_at(6);
  release.set_amount(7);
  Answer(result);
  const BalanceAnswer answer = pending.Get();
  EXPECT_EQ(answer.balance.total, 10);
  EXPECT_EQ(answer.at, Instant(5));
  ASSERT_EQ(answer.schedule.size(), 1u);
  EXPECT_EQ(answer.schedule[0].release_at, Instant(6));
  EXPECT_EQ(answer.schedule[0].amount, 7);
}

TEST_F(ClientCalls, ChangesAreReadFromAPositionOn) {
  Pending<ChangesAnswer> pending;
  client_->List(ListChanges{.after = "k3v7qm2a-1f4", .limit = 2}, pending.done());
  const v1::Operation sent = Sent();
  ASSERT_TRUE(sent.has_list_changes());
  EXPECT_EQ(sent.list_changes().after(), "k3v7qm2a-1f4");
  EXPECT_EQ(sent.list_changes().limit(), 2);
  v1::Result result;
  v1::Change& change = *result.mutable_changes()->add_changes();
  change.set_position(501);
  change.mutable_transaction()->set_amount(-7);
  result.mutable_changes()->set_next(501);
  result.mutable_changes()->set_end(502);
  Answer(result);
  const ChangesAnswer answer = pending.Get();
  ASSERT_EQ(answer.changes.size(), 1u);
  EXPECT_THAT(answer.changes[0].position, testing::EndsWith("-1f5"));
  EXPECT_EQ(answer.changes[0].transaction.amount, -7);
  EXPECT_THAT(answer.next, testing::EndsWith("-1f5"));
  EXPECT_THAT(answer.end, testing::EndsWith("-1f6"));
}

TEST_F(ClientCalls, ChangesThatAreNoLongerKeptSayWhereToGoOn) {
  Pending<ChangesAnswer> pending;
  client_->List(ListChanges{}, pending.done());
  EXPECT_FALSE(Sent().list_changes().has_after());
  v1::Result result;
  result.mutable_error()->set_code(38);
  result.set_position(500);
  Answer(result);
  const ChangesAnswer answer = pending.Get();
  EXPECT_EQ(answer.code, Code::kPositionTooOld);
  EXPECT_THAT(answer.position, testing::EndsWith("-1f4"));
}

TEST_F(ClientCalls, ASnapshotIsAskedForByItsTicketUntilItHasEnded) {
  Pending<SnapshotAnswer> under_way;
  client_->GetSnapshot(5, under_way.done());
  EXPECT_EQ(Sent().admin().get_snapshot().ticket(), 5u);
  v1::Result result;
  v1::SnapshotRequest& request = *result.mutable_admin()->mutable_snapshot();
  request.set_ticket(5);
  Answer(result);
  SnapshotAnswer answer = under_way.Get();
  EXPECT_EQ(answer.ticket, 5u);
  EXPECT_FALSE(answer.ended);
  EXPECT_FALSE(answer.snapshot);

  Pending<SnapshotAnswer> ended;
  client_->GetSnapshot(5, ended.done());
  Sent();
  request.set_ended(true);
  request.mutable_snapshot()->set_position(90);
  request.mutable_snapshot()->set_bytes(1'000);
  Answer(result);
  answer = ended.Get();
  EXPECT_TRUE(answer.ended);
  ASSERT_TRUE(answer.snapshot);
  EXPECT_EQ(answer.snapshot->position, 90u);
  EXPECT_EQ(answer.snapshot->bytes, 1'000u);
}

TEST_F(ClientCalls, SnapshotsAreListedInTheirOrder) {
  Pending<SnapshotsAnswer> pending;
  client_->ListSnapshots(pending.done());
  EXPECT_TRUE(Sent().admin().has_list_snapshots());
  v1::Result result;
  v1::SnapshotList& list = *result.mutable_admin()->mutable_snapshots();
  list.add_snapshots()->set_position(40);
  list.add_snapshots()->set_damage("cut short");
  list.set_under_way(true);
  Answer(result);
  const SnapshotsAnswer answer = pending.Get();
  ASSERT_EQ(answer.snapshots.size(), 2u);
  EXPECT_EQ(answer.snapshots[0].position, 40u);
  EXPECT_EQ(answer.snapshots[1].damage, "cut short");
  EXPECT_TRUE(answer.under_way);
}

}  // namespace
}  // namespace wallet::client
