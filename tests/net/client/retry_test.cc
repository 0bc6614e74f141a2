// A call ends once, whatever becomes of its tries; a write is never done twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/client/fake_server.h"
#include "tests/net/client/pending.h"

namespace wallet::client {
namespace {

using testing::ElementsAre;

constexpr auto kDuplicate = static_cast<uint32_t>(Code::kDuplicateRequest);

// duplicate_request, with the original.
void AnswerDuplicate(FakePeer& peer, const ReceivedRequest& request) {
  v1::Response response;
  for (const v1::Operation& operation : request.body.operations()) {
    v1::Result& result = *response.add_results() = ResultOf(operation);
    *result.mutable_error() = ErrorOf(kDuplicate).error();
  }
  peer.Answer(request.id, response);
}

class ClientRetry : public testing::Test {
 protected:
  FakeServer server_;
  std::unique_ptr<Client> client_ = Client::Create({.address = server_.address()});
};

TEST_F(ClientRetry, AWriteWhoseAnswerWasLostIsSentAgainUnchanged) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  const ReceivedRequest first = peer->Expect();
  peer->Close();
  peer = server_.Greet();
  const ReceivedRequest second = peer->Expect();
  ASSERT_EQ(second.body.operations_size(), 1);
  EXPECT_EQ(second.body.operations(0).SerializeAsString(),
            first.body.operations(0).SerializeAsString());
  peer->AnswerOk(second);
  const WriteAnswer answer = pending.Get();
  EXPECT_EQ(answer.code, Code::kOk);
  EXPECT_FALSE(answer.replayed);
}

TEST_F(ClientRetry, ADuplicateOfACallsOwnLostTryIsSuccess) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  peer->Expect();
  peer->Close();
  peer = server_.Greet();
  AnswerDuplicate(*peer, peer->Expect());
  const WriteAnswer answer = pending.Get();
  EXPECT_EQ(answer.code, Code::kOk);
  EXPECT_TRUE(answer.replayed);
  EXPECT_EQ(answer.message, "");
  ASSERT_TRUE(answer.transaction && answer.balance);
  EXPECT_EQ(answer.transaction->idempotency_key, "k");
}

TEST_F(ClientRetry, ADuplicateOnTheFirstTryIsReported) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  AnswerDuplicate(*peer, peer->Expect());
  const WriteAnswer answer = pending.Get();
  EXPECT_EQ(answer.code, Code::kDuplicateRequest);
  EXPECT_FALSE(answer.replayed);
  EXPECT_TRUE(answer.transaction && answer.balance);
}

TEST_F(ClientRetry, ADuplicateAfterATryThatDidNothingIsSomeoneElses) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  peer->AnswerError(peer->Expect(), static_cast<uint32_t>(Code::kOverloaded));
  AnswerDuplicate(*peer, peer->Expect());
  const WriteAnswer answer = pending.Get();
  EXPECT_EQ(answer.code, Code::kDuplicateRequest);
  EXPECT_FALSE(answer.replayed);
}

TEST_F(ClientRetry, ADuplicateAfterAnUnknownOutcomeIsSuccess) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  peer->AnswerError(peer->Expect(), static_cast<uint32_t>(Code::kOutcomeUnknown));
  AnswerDuplicate(*peer, peer->Expect());
  const WriteAnswer answer = pending.Get();
  EXPECT_EQ(answer.code, Code::kOk);
  EXPECT_TRUE(answer.replayed);
}

TEST_F(ClientRetry, AReusedKeyIsNeverTakenForTheCallsOwn) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  peer->Expect();
  peer->Close();
  peer = server_.Greet();
  peer->AnswerError(peer->Expect(), static_cast<uint32_t>(Code::kIdempotencyKeyReused));
  EXPECT_EQ(pending.Get().code, Code::kIdempotencyKeyReused);
}

class ClientRetryOn : public ClientRetry, public testing::WithParamInterface<Code> {};

TEST_P(ClientRetryOn, SendsTheSameOperationAgain) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  for (int i = 0; i < 3; ++i) {
    peer->AnswerError(peer->Expect(), static_cast<uint32_t>(GetParam()));
  }
  const ReceivedRequest last = peer->Expect();
  EXPECT_THAT(KeysOf(last.body), ElementsAre("k"));
  EXPECT_FALSE(pending.ended());
  peer->AnswerOk(last);
  EXPECT_TRUE(pending.Get().ok());
}

INSTANTIATE_TEST_SUITE_P(All, ClientRetryOn,
                         testing::Values(Code::kOverloaded, Code::kShuttingDown, Code::kRateLimited,
                                         Code::kOutcomeUnknown),
                         [](const auto& info) { return ToString(info.param); });

class ClientRefusedBy : public ClientRetry, public testing::WithParamInterface<Code> {};

TEST_P(ClientRefusedBy, EndsAtOnce) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  peer->AnswerError(peer->Expect(), static_cast<uint32_t>(GetParam()));
  EXPECT_EQ(pending.Get().code, GetParam());
  client_.reset();
  EXPECT_TRUE(peer->AtEnd());
}

INSTANTIATE_TEST_SUITE_P(All, ClientRefusedBy,
                         testing::Values(Code::kMalformedRequest, Code::kInvalidField,
                                         Code::kAmountOutOfRange, Code::kInsufficientBalance,
                                         Code::kStorageFull, Code::kQueueFull, Code::kInternal),
                         [](const auto& info) { return ToString(info.param); });

// What is overloaded is asked less of; whose user asks too much is that user's affair.
TEST_F(ClientRetry, NobodyWaitsForAnotherUsersRate) {
  PendingWrite limited = Start(*client_, ChargeOf(1, "limited"));
  auto peer = server_.Greet();
  // By now it waits long for its next try.
  for (int i = 0; i < 6; ++i) {
    peer->AnswerError(peer->Expect(), static_cast<uint32_t>(Code::kRateLimited));
  }
  PendingWrite other = Start(*client_, ChargeOf(2, "other"));
  const ReceivedRequest request = peer->Expect();
  EXPECT_THAT(KeysOf(request.body), ElementsAre("other"));
  peer->AnswerOk(request);
  EXPECT_TRUE(other.Get().ok());
  EXPECT_FALSE(limited.ended());
  peer->AnswerOk(peer->Expect());
  EXPECT_TRUE(limited.Get().ok());
}

TEST_F(ClientRetry, WhatWaitsForItsRateEndsWithTheClient) {
  PendingWrite limited = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  for (int i = 0; i < 5; ++i) {
    peer->AnswerError(peer->Expect(), static_cast<uint32_t>(Code::kRateLimited));
  }
  const ReceivedRequest last = peer->Expect();
  PendingWrite other = Start(*client_, ChargeOf(2, "other"));
  const ReceivedRequest behind = peer->Expect();
  peer->AnswerError(last, static_cast<uint32_t>(Code::kRateLimited));
  peer->AnswerOk(behind);
  EXPECT_TRUE(other.Get().ok());  // so the refusal has been read, too
  client_.reset();
  EXPECT_EQ(limited.Get().code, Code::kRateLimited);
}

TEST_F(ClientRetry, AReadWhoseAnswerWasLostIsAskedAgain) {
  Pending<BalanceAnswer> pending;
  client_->GetBalance(1, "", pending.done());
  auto peer = server_.Greet();
  peer->Expect();
  peer->Close();
  peer = server_.Greet();
  const ReceivedRequest again = peer->Expect();
  EXPECT_TRUE(again.body.operations(0).has_get_balance());
  peer->AnswerOk(again);
  EXPECT_TRUE(pending.Get().ok());
}

TEST_F(ClientRetry, OnlyWhatWasNotAnsweredIsSentAgain) {
  PendingWrite first = Start(*client_, ChargeOf(1, "first"));
  auto peer = server_.Greet();
  peer->AnswerOk(peer->Expect());
  EXPECT_TRUE(first.Get().ok());
  PendingWrite second = Start(*client_, ChargeOf(1, "second"));
  EXPECT_THAT(KeysOf(peer->Expect().body), ElementsAre("second"));
  peer->Close();
  peer = server_.Greet();
  const ReceivedRequest again = peer->Expect();
  EXPECT_THAT(KeysOf(again.body), ElementsAre("second"));
  peer->AnswerOk(again);
  EXPECT_TRUE(second.Get().ok());
}

TEST_F(ClientRetry, OnlyTheRefusedPartOfABatchIsSentAgain) {
  PendingBatch pending;
  client_->DoAll(std::vector<Charge>{ChargeOf(1, "a"), ChargeOf(2, "b"), ChargeOf(3, "c")},
                 pending.done());
  auto peer = server_.Greet();
  const ReceivedRequest request = peer->Expect();
  v1::Response response;
  *response.add_results() = ResultOf(request.body.operations(0));
  *response.add_results() = ErrorOf(static_cast<uint32_t>(Code::kOverloaded));
  *response.add_results() = ErrorOf(static_cast<uint32_t>(Code::kInsufficientBalance));
  peer->Answer(request.id, response);
  const ReceivedRequest again = peer->Expect();
  EXPECT_THAT(KeysOf(again.body), ElementsAre("b"));
  peer->AnswerOk(again);
  const std::vector<WriteAnswer> answers = pending.Get();
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].transaction->idempotency_key, "a");
  EXPECT_EQ(answers[1].transaction->idempotency_key, "b");
  EXPECT_EQ(answers[2].code, Code::kInsufficientBalance);
}

TEST_F(ClientRetry, WhatWasLostTogetherIsSentAgainInTheSameOrder) {
  std::vector<PendingWrite> pending;
  for (const char* key : {"a", "b", "c"}) pending.push_back(Start(*client_, ChargeOf(1, key)));
  const auto take_three = [](FakePeer& peer) {
    std::vector<std::string> keys;
    while (keys.size() < 3) {
      for (const std::string& key : KeysOf(peer.Expect().body)) keys.push_back(key);
    }
    return keys;
  };
  auto peer = server_.Greet();
  EXPECT_THAT(take_three(*peer), ElementsAre("a", "b", "c"));
  peer->Close();
  peer = server_.Greet();
  EXPECT_THAT(take_three(*peer), ElementsAre("a", "b", "c"));
}

// Garbage in every form: the connection is of no use, the call survives it.
TEST_F(ClientRetry, GarbageInsteadOfAWelcomeCostsOneConnection) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Accept();
  peer->TakeHello();
  peer->Send("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_TRUE(peer->AtEnd());
  peer = server_.Greet();
  peer->AnswerOk(peer->Expect());
  EXPECT_TRUE(pending.Get().ok());
}

TEST_F(ClientRetry, AWelcomeOfAnotherVersionCostsOneConnection) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Accept();
  peer->TakeHello();
  v1::Welcome refusal;
  refusal.mutable_error()->set_code(static_cast<uint32_t>(Code::kInvalidField));
  peer->Welcome(refusal);
  EXPECT_TRUE(peer->AtEnd());
  peer = server_.Greet();
  peer->AnswerOk(peer->Expect());
  EXPECT_TRUE(pending.Get().ok());
}

class ClientSpoiledAnswer : public ClientRetry {
 protected:
  // Sends `bytes` as what follows a request; then all goes well.
  WriteAnswer AfterReceiving(const std::function<std::string(const ReceivedRequest&)>& bytes) {
    PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
    auto peer = server_.Greet();
    peer->Send(bytes(peer->Expect()));
    EXPECT_TRUE(peer->AtEnd());
    peer = server_.Greet();
    AnswerDuplicate(*peer, peer->Expect());
    return pending.Get();
  }
};

TEST_F(ClientSpoiledAnswer, OfNoFrameIsALostAnswer) {
  EXPECT_TRUE(AfterReceiving([](const auto&) { return std::string(64, '\xff'); }).replayed);
}

TEST_F(ClientSpoiledAnswer, OfNoMessageIsALostAnswer) {
  EXPECT_TRUE(AfterReceiving([](const ReceivedRequest& request) {
                std::string bytes;
                AppendFrameHeader({3, FrameKind::kResponse, request.id}, bytes);
                return bytes + "\x0a\x7f!";
              }).replayed);
}

TEST_F(ClientSpoiledAnswer, ToAnotherRequestIsALostAnswer) {
  EXPECT_TRUE(AfterReceiving([](const ReceivedRequest& request) {
                v1::Response response;
                response.add_results();
                return FrameOf(FrameKind::kResponse, request.id + 1'000, response);
              }).replayed);
}

TEST_F(ClientSpoiledAnswer, WithTooFewResultsIsALostAnswer) {
  EXPECT_TRUE(AfterReceiving([](const ReceivedRequest& request) {
                return FrameOf(FrameKind::kResponse, request.id, v1::Response());
              }).replayed);
}

TEST_F(ClientSpoiledAnswer, WithTooManyResultsIsALostAnswer) {
  EXPECT_TRUE(AfterReceiving([](const ReceivedRequest& request) {
                v1::Response response;
                response.add_results();
                response.add_results();
                return FrameOf(FrameKind::kResponse, request.id, response);
              }).replayed);
}

TEST_F(ClientSpoiledAnswer, ThatEndsInTheMiddleIsALostAnswer) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  const ReceivedRequest request = peer->Expect();
  v1::Response response;
  *response.add_results() = ResultOf(request.body.operations(0));
  const std::string frame = FrameOf(FrameKind::kResponse, request.id, response);
  peer->Send(std::string_view(frame).substr(0, frame.size() - 1));
  peer->Close();
  peer = server_.Greet();
  AnswerDuplicate(*peer, peer->Expect());
  EXPECT_TRUE(pending.Get().replayed);
}

TEST_F(ClientRetry, AGoodbyeCostsOneConnection) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  peer->Expect();
  peer->Goodbye(0, "the server stops");
  EXPECT_TRUE(peer->AtEnd());
  peer = server_.Greet();
  peer->AnswerOk(peer->Expect());
  EXPECT_TRUE(pending.Get().ok());
}

// Tried once.
class ClientOneTry : public testing::Test {
 protected:
  FakeServer server_;
  std::unique_ptr<Client> client_ = Client::Create({.address = server_.address(), .retry = false});
};

TEST_F(ClientOneTry, ALostAnswerIsAnUnknownOutcome) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  peer->Expect();
  peer->Close();
  const WriteAnswer answer = pending.Get();
  EXPECT_EQ(answer.code, Code::kOutcomeUnknown);
  EXPECT_NE(answer.message, "");
}

TEST_F(ClientOneTry, ALostReadIsUnreachable) {
  Pending<HealthAnswer> pending;
  client_->GetHealth(pending.done());
  auto peer = server_.Greet();
  peer->Expect();
  peer->Close();
  EXPECT_EQ(pending.Get().code, Code::kUnreachable);
}

TEST_F(ClientOneTry, ARefusalThatCouldBeRetriedIsReported) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  peer->AnswerError(peer->Expect(), static_cast<uint32_t>(Code::kOverloaded));
  EXPECT_EQ(pending.Get().code, Code::kOverloaded);
}

TEST_F(ClientOneTry, ALaterCallStillGoesOverANewConnection) {
  PendingWrite lost = Start(*client_, ChargeOf(1, "lost"));
  auto peer = server_.Greet();
  peer->Expect();
  peer->Close();
  EXPECT_EQ(lost.Get().code, Code::kOutcomeUnknown);
  PendingWrite later = Start(*client_, ChargeOf(1, "later"));
  peer = server_.Greet();
  const ReceivedRequest request = peer->Expect();
  EXPECT_THAT(KeysOf(request.body), ElementsAre("later"));
  peer->AnswerOk(request);
  EXPECT_TRUE(later.Get().ok());
}

}  // namespace
}  // namespace wallet::client
