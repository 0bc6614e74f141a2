// Every call ends by its deadline, and says what is known of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/client/fake_server.h"
#include "tests/net/client/pending.h"

namespace wallet::client {
namespace {

using testing::HasSubstr;

constexpr std::chrono::milliseconds kSoon{50};

class ClientDeadline : public testing::Test {
 protected:
  std::unique_ptr<Client> Soon() {
    return Client::Create({.address = server_.address(), .timeout = kSoon});
  }

  FakeServer server_;
};

TEST_F(ClientDeadline, WithNoServerEndsUnreachable) {
  server_.StopListening();
  const auto client = Soon();
  const WriteAnswer answer = client->Do(ChargeOf(1, "k"));
  EXPECT_EQ(answer.code, Code::kUnreachable);
  EXPECT_THAT(answer.message, HasSubstr(server_.address()));
}

TEST_F(ClientDeadline, WithAServerThatSaysNothingEndsUnreachable) {
  const auto client = Soon();
  PendingWrite pending = Start(*client, ChargeOf(1, "k"));
  auto peer = server_.Accept();
  EXPECT_EQ(pending.Get().code, Code::kUnreachable);
}

TEST_F(ClientDeadline, WithAnAddressThatIsNoneEndsUnreachable) {
  for (const char* address : {"nonsense", ":7080", "host:", "host:0", "host:65536", "host:7x"}) {
    const auto client = Client::Create({.address = address, .timeout = kSoon});
    const WriteAnswer answer = client->Do(ChargeOf(1, "k"));
    EXPECT_EQ(answer.code, Code::kUnreachable) << address;
    EXPECT_THAT(answer.message, HasSubstr("is no address HOST:PORT")) << address;
  }
}

TEST_F(ClientDeadline, AHostMayStandInBrackets) {
  const std::string address = server_.address();
  const size_t colon = address.rfind(':');
  const auto client = Client::Create(
      {.address = "[" + address.substr(0, colon) + "]" + address.substr(colon), .timeout = kSoon});
  PendingWrite pending = Start(*client, ChargeOf(1, "k"));
  auto peer = server_.Accept();
  EXPECT_EQ(pending.Get().code, Code::kUnreachable) << "found, but silent";
}

TEST_F(ClientDeadline, OfAWriteThatWasSentEndsUnknown) {
  const auto client = Soon();
  PendingWrite pending = Start(*client, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  peer->Expect();
  const WriteAnswer answer = pending.Get();
  EXPECT_EQ(answer.code, Code::kOutcomeUnknown);
  EXPECT_THAT(answer.message, HasSubstr("same key"));
}

TEST_F(ClientDeadline, OfAReadThatWasSentEndsUnreachable) {
  const auto client = Soon();
  Pending<BalanceAnswer> pending;
  client->GetBalance(1, "", pending.done());
  auto peer = server_.Greet();
  peer->Expect();
  EXPECT_EQ(pending.Get().code, Code::kUnreachable);
}

TEST_F(ClientDeadline, OfAWriteLostAndNeverSentAgainEndsUnknown) {
  const auto client = Soon();
  PendingWrite pending = Start(*client, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  peer->Expect();
  server_.StopListening();
  peer->Close();
  EXPECT_EQ(pending.Get().code, Code::kOutcomeUnknown);
}

TEST_F(ClientDeadline, OfAWriteThatWasRefusedEachTimeEndsWithTheRefusal) {
  const auto client = Soon();
  PendingWrite pending = Start(*client, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  peer->AnswerError(peer->Expect(), static_cast<uint32_t>(Code::kOverloaded));
  server_.StopListening();
  peer->Close();
  EXPECT_EQ(pending.Get().code, Code::kOverloaded);
}

TEST_F(ClientDeadline, IsToldToTheServerSoThatItDropsWhatIsLate) {
  const auto client = Client::Create({.address = server_.address(), .timeout = kPatience / 10});
  PendingWrite pending = Start(*client, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  const v1::Request request = peer->Expect().body;
  const auto limit_ms = std::chrono::milliseconds(kPatience / 10).count();
  EXPECT_GT(request.timeout_ms(), 0u);
  EXPECT_LE(request.timeout_ms(), limit_ms);
}

TEST_F(ClientDeadline, ToldToTheServerIsNeverMoreThanItTakes) {
  const auto client = Client::Create({.address = server_.address(), .timeout = kPatience});
  PendingWrite pending = Start(*client, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  EXPECT_LE(peer->Expect().body.timeout_ms(), 30'000u);
}

TEST_F(ClientDeadline, PassedLeavesLaterCallsAlone) {
  const auto client = Soon();
  server_.StopListening();
  EXPECT_EQ(client->Do(ChargeOf(1, "a")).code, Code::kUnreachable);
  EXPECT_EQ(client->Do(ChargeOf(1, "b")).code, Code::kUnreachable);
}

TEST_F(ClientDeadline, OfABatchEndsEachOperationAsItStands) {
  const auto client = Client::Create({.address = server_.address(), .timeout = kSoon});
  PendingBatch pending;
  client->DoAll(std::vector<Charge>{ChargeOf(1, "a"), ChargeOf(2, "b"), ChargeOf(3, "c")},
                pending.done());
  auto peer = server_.Greet();
  const ReceivedRequest request = peer->Expect();
  v1::Response response;
  *response.add_results() = ResultOf(request.body.operations(0));
  *response.add_results() = ErrorOf(static_cast<uint32_t>(Code::kOverloaded));
  *response.add_results() = ErrorOf(static_cast<uint32_t>(Code::kOutcomeUnknown));
  peer->Answer(request.id, response);
  server_.StopListening();
  peer->Close();
  const std::vector<WriteAnswer> answers = pending.Get();
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].code, Code::kOk);
  EXPECT_EQ(answers[1].code, Code::kOverloaded);
  EXPECT_EQ(answers[2].code, Code::kOutcomeUnknown);
}

class ClientEnd : public ClientDeadline {
 protected:
  std::unique_ptr<Client> client_ = Client::Create({.address = server_.address()});
};

TEST_F(ClientEnd, EndsWhatWasNotSentUnreachable) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  client_.reset();
  ASSERT_TRUE(pending.ended());
  EXPECT_EQ(pending.Get().code, Code::kUnreachable);
}

TEST_F(ClientEnd, EndsWhatWasSentUnknown) {
  PendingWrite pending = Start(*client_, ChargeOf(1, "k"));
  auto peer = server_.Greet();
  peer->Expect();
  client_.reset();
  ASSERT_TRUE(pending.ended());
  EXPECT_EQ(pending.Get().code, Code::kOutcomeUnknown);
}

TEST_F(ClientEnd, EndsACallMadeByACallback) {
  PendingWrite inner;
  client_->Do(ChargeOf(1, "outer"),
              [client = client_.get(), done = inner.done()](const WriteAnswer&) mutable {
                client->Do(ChargeOf(1, "inner"), std::move(done));
              });
  client_.reset();
  ASSERT_TRUE(inner.ended());
  EXPECT_EQ(inner.Get().code, Code::kUnreachable);
}

TEST_F(ClientEnd, WithNothingUnderWayIsQuiet) {
  auto peer = server_.Greet();
  client_.reset();
  EXPECT_TRUE(peer->AtEnd());
}

}  // namespace
}  // namespace wallet::client
