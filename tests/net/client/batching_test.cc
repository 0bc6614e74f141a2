// How calls become frames, and answers find their calls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "tests/net/client/fake_server.h"
#include "tests/net/client/pending.h"

namespace wallet::client {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;

std::vector<Charge> Charges(int count, const std::string& description = "") {
  std::vector<Charge> charges;
  for (int i = 0; i < count; ++i) {
    charges.push_back(ChargeOf(i + 1, "key-" + std::to_string(i)));
    if (!description.empty()) charges.back().description = description;
  }
  return charges;
}

std::vector<std::string> KeysIn(const std::vector<WriteAnswer>& answers) {
  std::vector<std::string> keys;
  for (const WriteAnswer& answer : answers) {
    keys.push_back(answer.transaction ? answer.transaction->idempotency_key : "none");
  }
  return keys;
}

std::vector<std::string> KeysIn(const std::vector<Charge>& charges) {
  std::vector<std::string> keys;
  for (const Charge& charge : charges) keys.push_back(charge.idempotency_key);
  return keys;
}

// A test has one client only: a second one would leave its connection for Greet to take.
class ClientBatching : public testing::Test {
 protected:
  void Open(Options options = {}) {
    options.address = server_.address();
    client_ = Client::Create(std::move(options));
  }

  FakeServer server_;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientBatching, CallsThatWaitTogetherGoInOneFrame) {
  Open();
  std::vector<PendingWrite> pending;
  for (const Charge& charge : Charges(20)) pending.push_back(Start(*client_, charge));
  auto peer = server_.Greet();
  const ReceivedRequest request = peer->Expect();
  EXPECT_EQ(KeysOf(request.body), KeysIn(Charges(20)));
  peer->AnswerOk(request);
  for (PendingWrite& each : pending) EXPECT_TRUE(each.Get().ok());
}

// A frame is answered whole: a thousand callers in one would all wait for its last operation, and
// nothing else would be under way meanwhile.
TEST_F(ClientBatching, ManyCallsAreSpreadOverFrames) {
  Open();
  std::vector<PendingWrite> pending;
  for (const Charge& charge : Charges(130)) pending.push_back(Start(*client_, charge));
  PendingBatch batch;
  client_->DoAll(Charges(100), batch.done());
  auto peer = server_.Greet();
  for (const int expected : {64, 64, 2, 100}) {
    const ReceivedRequest request = peer->Expect();
    EXPECT_EQ(request.body.operations_size(), expected);
    peer->AnswerOk(request);
  }
  for (PendingWrite& each : pending) EXPECT_TRUE(each.Get().ok());
  EXPECT_THAT(batch.Get(), SizeIs(100));
}

TEST_F(ClientBatching, AFrameHoldsNoMoreThanMaxBatch) {
  Open({.max_batch = 3});
  std::vector<PendingWrite> pending;
  for (const Charge& charge : Charges(7)) pending.push_back(Start(*client_, charge));
  auto peer = server_.Greet();
  std::vector<std::string> keys;
  for (const int expected : {3, 3, 1}) {
    const ReceivedRequest request = peer->Expect();
    EXPECT_EQ(request.body.operations_size(), expected);
    for (const std::string& key : KeysOf(request.body)) keys.push_back(key);
    peer->AnswerOk(request);
  }
  EXPECT_EQ(keys, KeysIn(Charges(7)));
  for (PendingWrite& each : pending) EXPECT_TRUE(each.Get().ok());
}

TEST_F(ClientBatching, AFrameHoldsNoMoreThanTheServerTakes) {
  Open();
  PendingBatch pending;
  client_->DoAll(Charges(5), pending.done());
  auto peer = server_.Greet(/*max_operations=*/2);
  for (const int expected : {2, 2, 1}) {
    const ReceivedRequest request = peer->Expect();
    EXPECT_EQ(request.body.operations_size(), expected);
    peer->AnswerOk(request);
  }
  EXPECT_EQ(KeysIn(pending.Get()), KeysIn(Charges(5)));
}

TEST_F(ClientBatching, AFrameIsNoLargerThanTheServerTakes) {
  Open();
  constexpr uint32_t kMaxFrameBytes = 8'192;
  const std::vector<Charge> charges = Charges(100, std::string(250, 'd'));
  PendingBatch pending;
  client_->DoAll(charges, pending.done());
  auto peer = server_.Greet(8'192, 1'024, kMaxFrameBytes);
  std::vector<std::string> keys;
  while (keys.size() < charges.size()) {
    const ReceivedRequest request = peer->Expect();
    ASSERT_GT(request.body.operations_size(), 0);
    EXPECT_LE(request.body.ByteSizeLong() + kFrameHeaderBytes, kMaxFrameBytes);
    for (const std::string& key : KeysOf(request.body)) keys.push_back(key);
    peer->AnswerOk(request);
  }
  EXPECT_EQ(keys, KeysIn(charges));
  EXPECT_EQ(KeysIn(pending.Get()), KeysIn(charges));
}

TEST_F(ClientBatching, AnOperationThatFitsNoFrameIsRefusedAlone) {
  Open();
  std::vector<Charge> charges = Charges(3);
  charges[1].description = std::string(10'000, 'd');
  PendingBatch pending;
  client_->DoAll(charges, pending.done());
  auto peer = server_.Greet(8'192, 1'024, /*max_frame_bytes=*/8'192);
  size_t taken = 0;
  while (taken < 2) {
    const ReceivedRequest request = peer->Expect();
    ASSERT_GT(request.body.operations_size(), 0);
    taken += static_cast<size_t>(request.body.operations_size());
    peer->AnswerOk(request);
  }
  const std::vector<WriteAnswer> answers = pending.Get();
  EXPECT_TRUE(answers[0].ok());
  EXPECT_EQ(answers[1].code, Code::kMalformedRequest);
  EXPECT_TRUE(answers[2].ok());
}

TEST_F(ClientBatching, OnlySoManyFramesAreInFlight) {
  Open({.max_batch = 1, .max_in_flight = 2});
  std::vector<PendingWrite> pending;
  for (const Charge& charge : Charges(3)) pending.push_back(Start(*client_, charge));
  auto peer = server_.Greet();
  const ReceivedRequest first = peer->Expect();
  const ReceivedRequest second = peer->Expect();
  EXPECT_THAT(KeysOf(second.body), ElementsAre("key-1"));
  peer->AnswerOk(second);
  EXPECT_TRUE(pending[1].Get().ok());
  peer->AnswerOk(peer->Expect());
  EXPECT_TRUE(pending[2].Get().ok());
  EXPECT_FALSE(pending[0].ended());
  peer->AnswerOk(first);
  EXPECT_TRUE(pending[0].Get().ok());
}

TEST_F(ClientBatching, CallsThatWaitForAFrameGatherInTheNext) {
  Open({.max_in_flight = 1});
  PendingWrite first = Start(*client_, ChargeOf(1, "first"));
  auto peer = server_.Greet();
  const ReceivedRequest request = peer->Expect();
  std::vector<PendingWrite> pending;
  for (const Charge& charge : Charges(20)) pending.push_back(Start(*client_, charge));
  peer->AnswerOk(request);
  const ReceivedRequest next = peer->Expect();
  EXPECT_EQ(KeysOf(next.body), KeysIn(Charges(20)));
}

TEST_F(ClientBatching, AnswersInAnyOrderFindTheirCalls) {
  Open({.max_batch = 1});
  std::vector<PendingWrite> pending;
  for (const Charge& charge : Charges(10)) pending.push_back(Start(*client_, charge));
  auto peer = server_.Greet();
  std::vector<ReceivedRequest> requests;
  for (int i = 0; i < 10; ++i) requests.push_back(peer->Expect());
  for (const int i : {7, 0, 9, 3, 1, 8, 2, 6, 4, 5}) peer->AnswerOk(requests[i]);
  for (size_t i = 0; i < pending.size(); ++i) {
    EXPECT_EQ(pending[i].Get().transaction->idempotency_key, Charges(10)[i].idempotency_key);
  }
}

TEST_F(ClientBatching, ABatchIsOneFrameAndAnsweredInItsOrder) {
  Open();
  PendingBatch pending;
  client_->DoAll(Charges(1'000), pending.done());
  auto peer = server_.Greet();
  const ReceivedRequest request = peer->Expect();
  EXPECT_EQ(KeysOf(request.body), KeysIn(Charges(1'000)));
  peer->AnswerOk(request);
  EXPECT_EQ(KeysIn(pending.Get()), KeysIn(Charges(1'000)));
}

TEST_F(ClientBatching, ABatchOfNothingIsAnsweredWithNothing) {
  Open();
  PendingBatch pending;
  client_->DoAll(std::vector<Withdraw>{}, pending.done());
  EXPECT_THAT(pending.Get(), SizeIs(0));
}

TEST_F(ClientBatching, ABatchOfWithdrawalsSendsWithdrawals) {
  Open();
  PendingBatch pending;
  client_->DoAll(std::vector<Withdraw>{{.user_id = 1, .amount = 5, .idempotency_key = "a"},
                                       {.user_id = 2, .amount = 6, .idempotency_key = "b"}},
                 pending.done());
  auto peer = server_.Greet();
  const ReceivedRequest request = peer->Expect();
  ASSERT_EQ(request.body.operations_size(), 2);
  EXPECT_TRUE(request.body.operations(0).has_withdraw());
  peer->AnswerOk(request);
  EXPECT_THAT(KeysIn(pending.Get()), ElementsAre("a", "b"));
}

TEST_F(ClientBatching, AnAnswerInSeveralFramesIsJoined) {
  Open();
  PendingBatch pending;
  client_->DoAll(Charges(5), pending.done());
  auto peer = server_.Greet();
  const ReceivedRequest request = peer->Expect();
  v1::Response first, last;
  for (int i = 0; i < 3; ++i) *first.add_results() = ResultOf(request.body.operations(i));
  for (int i = 3; i < 5; ++i) *last.add_results() = ResultOf(request.body.operations(i));
  first.set_more(true);
  peer->Answer(request.id, first);
  peer->Answer(request.id, last);
  EXPECT_EQ(KeysIn(pending.Get()), KeysIn(Charges(5)));
}

TEST_F(ClientBatching, FramesOfOtherAnswersMayComeBetweenThoseOfOne) {
  Open({.max_batch = 2});
  PendingBatch a, b;
  client_->DoAll(Charges(2), a.done());
  client_->DoAll(Charges(2), b.done());
  auto peer = server_.Greet();
  const ReceivedRequest first = peer->Expect();
  const ReceivedRequest second = peer->Expect();
  v1::Response part;
  *part.add_results() = ResultOf(first.body.operations(0));
  part.set_more(true);
  peer->Answer(first.id, part);
  peer->AnswerOk(second);
  EXPECT_EQ(KeysIn(b.Get()), KeysIn(Charges(2)));
  EXPECT_FALSE(a.ended());
  part.set_more(false);
  *part.mutable_results(0) = ResultOf(first.body.operations(1));
  peer->Answer(first.id, part);
  EXPECT_EQ(KeysIn(a.Get()), KeysIn(Charges(2)));
}

TEST_F(ClientBatching, AnAnswerLostHalfwayIsAskedAgainForTheRest) {
  Open();
  PendingBatch pending;
  client_->DoAll(Charges(4), pending.done());
  auto peer = server_.Greet();
  ReceivedRequest request = peer->Expect();
  v1::Response part;
  *part.add_results() = ResultOf(request.body.operations(0));
  part.set_more(true);
  peer->Answer(request.id, part);
  peer->Close();
  peer = server_.Greet();
  request = peer->Expect();
  EXPECT_THAT(KeysOf(request.body), ElementsAre("key-1", "key-2", "key-3"));
  peer->AnswerOk(request);
  EXPECT_EQ(KeysIn(pending.Get()), KeysIn(Charges(4)));
}

// The server refuses lists beyond 10,000 transactions in a frame.
TEST_F(ClientBatching, ListsThatWaitTogetherStayWithinWhatOneFrameMayAskFor) {
  Open();
  constexpr int kLists = 25;
  std::vector<Pending<PageAnswer>> pending(kLists);
  for (auto& each : pending) {
    client_->List(ListTransactions{.user_id = 1, .limit = 1'000}, each.done());
  }
  auto peer = server_.Greet();
  for (int taken = 0; taken < kLists;) {
    const ReceivedRequest request = peer->Expect();
    ASSERT_GT(request.body.operations_size(), 0);
    EXPECT_LE(request.body.operations_size(), 10);
    taken += request.body.operations_size();
    peer->AnswerOk(request);
  }
  for (auto& each : pending) EXPECT_TRUE(each.Get().ok());
}

TEST_F(ClientBatching, CallsOfOneUserGoOverOneConnectionInOrder) {
  constexpr int kConnections = 3, kUsers = 30, kEach = 4;
  Open({.connections = kConnections});
  std::vector<PendingWrite> pending;
  for (int i = 0; i < kEach; ++i) {
    for (int user = 1; user <= kUsers; ++user) {
      pending.push_back(Start(*client_, ChargeOf(user, std::to_string(i))));
    }
  }
  std::set<int64_t> seen;
  for (int connection = 0; connection < kConnections; ++connection) {
    auto peer = server_.Greet();
    const ReceivedRequest request = peer->Expect();
    std::map<int64_t, std::vector<std::string>> by_user;
    for (const auto& operation : request.body.operations()) {
      by_user[operation.charge().user_id()].push_back(operation.charge().idempotency_key());
    }
    for (const auto& [user, keys] : by_user) {
      EXPECT_TRUE(seen.insert(user).second) << "user " << user << " on two connections";
      EXPECT_THAT(keys, ElementsAre("0", "1", "2", "3"));
    }
    peer->AnswerOk(request);
  }
  EXPECT_THAT(seen, SizeIs(kUsers));
}

TEST_F(ClientBatching, ABatchKeepsEachUserToItsConnection) {
  Open({.connections = 2});
  PendingBatch batch;
  client_->DoAll(Charges(50), batch.done());
  std::vector<PendingWrite> singles;
  for (const Charge& charge : Charges(50)) singles.push_back(Start(*client_, charge));
  std::vector<std::unique_ptr<FakePeer>> peers;
  for (int connection = 0; connection < 2; ++connection) {
    peers.push_back(server_.Greet());
    const ReceivedRequest request = peers.back()->Expect();
    std::map<int64_t, int> count;
    for (const auto& operation : request.body.operations()) ++count[operation.charge().user_id()];
    for (const auto& [user, times] : count) EXPECT_EQ(times, 2) << "of user " << user;
    peers.back()->AnswerOk(request);
  }
  EXPECT_EQ(KeysIn(batch.Get()), KeysIn(Charges(50)));
}

TEST_F(ClientBatching, ACallbackMayMakeFurtherCalls) {
  Open();
  PendingWrite second;
  client_->Do(ChargeOf(1, "first"),
              [this, done = second.done()](const WriteAnswer& answer) mutable {
                EXPECT_TRUE(answer.ok());
                client_->Do(ChargeOf(1, "second"), std::move(done));
              });
  auto peer = server_.Greet();
  peer->AnswerOk(peer->Expect());
  const ReceivedRequest request = peer->Expect();
  EXPECT_THAT(KeysOf(request.body), ElementsAre("second"));
  peer->AnswerOk(request);
  EXPECT_TRUE(second.Get().ok());
}

TEST_F(ClientBatching, ThreadsShareAClient) {
  Open();
  constexpr int kThreads = 4, kCalls = 200;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      for (int call = 0; call < kCalls; ++call) {
        const std::string key = std::to_string(i) + "-" + std::to_string(call);
        const WriteAnswer answer = client_->Do(ChargeOf(i + 1, key));
        EXPECT_TRUE(answer.ok() && answer.transaction->idempotency_key == key);
      }
    });
  }
  auto peer = server_.Greet();
  for (int taken = 0; taken < kThreads * kCalls;) {
    const ReceivedRequest request = peer->Expect();
    if (request.body.operations_size() == 0) break;
    taken += request.body.operations_size();
    peer->AnswerOk(request);
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace wallet::client
