// The client against the real server and engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/net/client/pending.h"
#include "tests/net/support/binary_server.h"

namespace wallet::client {
namespace {

using testing::ElementsAre;

class ClientWithServer : public testing::Test {
 protected:
  BinaryServer server_;
  std::unique_ptr<Client> client_ = Client::Create({.address = server_.address()});
};

TEST_F(ClientWithServer, AChargeIsInTheBalance) {
  const WriteAnswer answer = client_->Do(ChargeOf(123, "charge-1"));
  ASSERT_TRUE(answer.ok()) << answer.message;
  EXPECT_EQ(answer.transaction->id, 1);
  EXPECT_EQ(answer.transaction->currency, "USD");
  EXPECT_EQ(answer.balance->total, 100);
  EXPECT_NE(answer.position, "");
  EXPECT_EQ(client_->GetBalance(123).balance.withdrawable, 100);
}

TEST_F(ClientWithServer, AWithdrawalHoldsItsMoney) {
  ASSERT_TRUE(client_->Do(ChargeOf(123, "charge-1")).ok());
  const WriteAnswer answer =
      client_->Do(Withdraw{.user_id = 123, .amount = 40, .idempotency_key = "withdraw-1"});
  ASSERT_TRUE(answer.ok()) << answer.message;
  EXPECT_EQ(answer.transaction->status, "pending");
  EXPECT_EQ(answer.transaction->reference, "w-" + client_->GetHealth().epoch + "-123-2");
  EXPECT_EQ(answer.balance->held, 40);
  const PageAnswer open = client_->List(ListWithdrawals{});
  ASSERT_EQ(open.transactions.size(), 1u);
  EXPECT_EQ(open.transactions[0].id, 2);
}

TEST_F(ClientWithServer, ARepeatedCallIsADuplicateWithTheOriginal) {
  ASSERT_TRUE(client_->Do(ChargeOf(123, "k")).ok());
  const WriteAnswer again = client_->Do(ChargeOf(123, "k"));
  EXPECT_EQ(again.code, Code::kDuplicateRequest);
  EXPECT_EQ(again.transaction->id, 1);
  EXPECT_EQ(again.balance->total, 100);
}

TEST_F(ClientWithServer, ARefusalNamesTheField) {
  const WriteAnswer answer =
      client_->Do(Charge{.user_id = 123, .amount = 0, .idempotency_key = "k"});
  EXPECT_EQ(answer.code, Code::kInvalidField);
  EXPECT_EQ(answer.field, "amount");
}

TEST_F(ClientWithServer, TransactionsAreFoundByNumberAndByKey) {
  ASSERT_TRUE(client_->Do(ChargeOf(123, "k")).ok());
  EXPECT_EQ(client_->GetTransaction(123, 1).transaction->idempotency_key, "k");
  EXPECT_EQ(client_->GetTransaction(123, std::string("k")).transaction->id, 1);
  EXPECT_EQ(client_->GetTransaction(123, 2).code, Code::kTransactionNotFound);
}

TEST_F(ClientWithServer, PagesAreNewestFirst) {
  for (const char* key : {"a", "b", "c"}) ASSERT_TRUE(client_->Do(ChargeOf(123, key)).ok());
  const PageAnswer page = client_->List(ListTransactions{.user_id = 123, .limit = 2});
  ASSERT_EQ(page.transactions.size(), 2u);
  EXPECT_EQ(page.transactions[0].id, 3);
  EXPECT_EQ(page.total, 3);
}

TEST_F(ClientWithServer, ResolveSpeaksOnlyOfWithdrawalsInReview) {
  ASSERT_TRUE(client_->Do(ChargeOf(123, "k")).ok());
  EXPECT_NE(client_->Resolve(123, 1, true, "").code, Code::kOk);
}

TEST_F(ClientWithServer, ALargeBatchOfTheLongestTextsIsAnsweredWhole) {
  std::vector<Charge> charges;
  for (int i = 0; i < 4'000; ++i) {
    std::string key = std::to_string(i);
    key.resize(255, 'k');
    charges.push_back({.user_id = 1 + i % 7, .amount = 1, .idempotency_key = std::move(key)});
    charges.back().description = std::string(255, 'd');
  }
  client_ = Client::Create({.address = server_.address(), .max_batch = 8'192});
  PendingBatch pending;
  client_->DoAll(charges, pending.done());
  const std::vector<WriteAnswer> answers = pending.Get();
  ASSERT_EQ(answers.size(), charges.size());
  for (size_t i = 0; i < answers.size(); ++i) {
    ASSERT_TRUE(answers[i].ok()) << answers[i].message;
    EXPECT_FALSE(answers[i].replayed);
    ASSERT_EQ(answers[i].transaction->idempotency_key, charges[i].idempotency_key);
  }
}

TEST_F(ClientWithServer, ManyThreadsMoveEachAmountOnce) {
  constexpr int kThreads = 8, kCalls = 100;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      for (int call = 0; call < kCalls; ++call) {
        const std::string key = std::to_string(i) + "-" + std::to_string(call);
        EXPECT_TRUE(client_->Do(ChargeOf(1, key)).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(client_->GetBalance(1).balance.total, kThreads * kCalls * 100);
}

TEST_F(ClientWithServer, AServerThatGoesAwayLeavesNoCallOpen) {
  client_ =
      Client::Create({.address = server_.address(), .timeout = std::chrono::milliseconds(50)});
  ASSERT_TRUE(client_->GetHealth().ok());
  server_.CloseListener();
  EXPECT_EQ(client_->GetHealth().code, Code::kUnreachable);
}

}  // namespace
}  // namespace wallet::client
