// What a connection answers when both sides behave. Through real sockets and a real engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "engine/ledger/limits.h"
#include "engine/ledger/outcome.h"
#include "net/limits.h"
#include "tests/net/support/binary_server.h"

namespace wallet {
namespace {

using ::testing::ElementsAre;

v1::Operation Health() {
  v1::Operation operation;
  operation.mutable_get_health();
  return operation;
}

v1::Operation OpenWithdrawals(int64_t limit) {
  v1::Operation operation;
  operation.mutable_list_withdrawals()->set_limit(limit);
  return operation;
}

TEST(SessionTest, AChargeIsAnsweredWithTransactionBalanceAndPosition) {
  BinaryServer server;
  const auto client = server.Connect();
  const v1::Result result = client->Ask(ChargeOf(7, 500, "k"));
  EXPECT_FALSE(result.has_error()) << result.error().message();
  EXPECT_EQ(result.transaction().id(), 1);
  EXPECT_EQ(result.transaction().idempotency_key(), "k");
  EXPECT_EQ(result.balance().total(), 500);
  EXPECT_EQ(result.balance().withdrawable(), 500);
  EXPECT_EQ(result.balance().currency(), "USD");
  EXPECT_EQ(result.position(), 1u);
}

TEST(SessionTest, ARepeatedChargeIsADuplicateWithTheOriginal) {
  BinaryServer server;
  const auto client = server.Connect();
  client->Ask(ChargeOf(7, 500, "k"));
  const v1::Result again = client->Ask(ChargeOf(7, 500, "k"));
  EXPECT_EQ(CodeOf(again), Number(Outcome::kDuplicateRequest));
  EXPECT_EQ(again.transaction().id(), 1);
  EXPECT_EQ(again.balance().total(), 500);
  const v1::Result other = client->Ask(ChargeOf(7, 501, "k"));
  EXPECT_EQ(CodeOf(other), Number(Outcome::kIdempotencyKeyReused));
  EXPECT_FALSE(other.has_transaction());
}

TEST(SessionTest, ResultsComeInTheOrderOfTheOperationsOverAllShards) {
  BinaryServer server({.shards = 4});
  const auto client = server.Connect();
  v1::Request request;
  for (int user = 1; user <= 200; ++user) *request.add_operations() = ChargeOf(user, user, "k");
  const v1::Response response = client->Ask(request);
  ASSERT_EQ(response.results_size(), 200);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(response.results(i).transaction().user_id(), i + 1);
}

TEST(SessionTest, AUsersOperationsRunInTheOrderSent) {
  BinaryServer server;
  const auto client = server.Connect();
  std::string bytes;
  for (int i = 1; i <= 300; ++i) {
    v1::Request request;
    *request.add_operations() = ChargeOf(7, 1, "k" + std::to_string(i));
    *request.add_operations() = BalanceOf(7);
    bytes += FrameOf(request, i);
  }
  ASSERT_TRUE(client->Send(bytes));
  std::map<uint64_t, v1::Response> answers;
  for (int i = 1; i <= 300; ++i) {
    const auto frame = client->Receive();
    ASSERT_TRUE(frame);
    answers[frame->header.request_id] = frame->Response();
  }
  for (int i = 1; i <= 300; ++i) {
    EXPECT_EQ(answers[i].results(0).transaction().id(), i);
    EXPECT_EQ(answers[i].results(1).balance().total(), i);
  }
}

TEST(SessionTest, AnAnswerThatIsReadyDoesNotWaitForAnEarlierOne) {
  BinaryServer server;
  const auto client = server.Connect();
  server.log().Shut();
  v1::Request slow, quick;
  *slow.add_operations() = ChargeOf(7, 1, "k");
  *quick.add_operations() = Health();
  client->Send(slow, 1);
  server.log().AwaitHeld();
  EXPECT_EQ(client->Ask(quick, 2).results(0).health().status(), "ok");
  server.log().Open();
  EXPECT_EQ(client->ReceiveAnswer(1).results(0).transaction().id(), 1);
}

TEST(SessionTest, AReadWaitsForTheDurabilityOfWhatItSaw) {
  BinaryServer server;
  const auto client = server.Connect();
  server.log().Shut();
  v1::Request write, read;
  *write.add_operations() = ChargeOf(7, 1, "k");
  *read.add_operations() = BalanceOf(7);
  client->Send(write, 1);
  client->Send(read, 2);
  server.log().AwaitHeld();
  v1::Request health;
  *health.add_operations() = Health();
  EXPECT_EQ(client->Ask(health, 3).results_size(), 1) << "would come behind the read's answer";
  server.log().Open();
  std::map<uint64_t, v1::Response> answers;
  for (int i = 0; i < 2; ++i) {
    const auto frame = client->Receive();
    ASSERT_TRUE(frame);
    answers[frame->header.request_id] = frame->Response();
  }
  EXPECT_EQ(answers[2].results(0).balance().total(), 1);
}

TEST(SessionTest, AMalformedOperationFailsAlone) {
  BinaryServer server;
  const auto client = server.Connect();
  v1::Request request;
  *request.add_operations() = ChargeOf(7, 1, "a");
  request.add_operations();
  *request.add_operations() = ChargeOf(7, -1, "b");
  *request.add_operations() = ChargeOf(7, 1, "not \xff UTF-8");
  *request.add_operations() = ChargeOf(7, 1, "c");
  const v1::Response response = client->Ask(request);
  std::vector<uint32_t> codes;
  for (const v1::Result& result : response.results()) codes.push_back(CodeOf(result));
  EXPECT_THAT(codes,
              ElementsAre(0, Number(Outcome::kMalformedRequest), Number(Outcome::kInvalidField),
                          Number(Outcome::kInvalidField), 0));
  EXPECT_EQ(response.results(2).error().field(), "amount");
  EXPECT_EQ(response.results(3).error().field(), "idempotency_key");
  EXPECT_EQ(response.results(4).balance().total(), 2);
}

TEST(SessionTest, ARequestWithoutOperationsIsAnsweredEmpty) {
  BinaryServer server;
  EXPECT_EQ(server.Connect()->Ask(v1::Request()).results_size(), 0);
}

TEST(SessionTest, OpenWithdrawalsOfAllShardsComeOldestFirst) {
  BinaryServer server({.shards = 3});
  const auto client = server.Connect();
  const std::vector<int64_t> users = {31, 2, 17, 8, 25, 4};
  for (const int64_t user : users) {
    server.clock().Advance(1'000'000);
    client->Ask(ChargeOf(user, 100, "c"));
    ASSERT_FALSE(client->Ask(WithdrawOf(user, 10, "w")).has_error());
  }
  const v1::Result all = client->Ask(OpenWithdrawals(10));
  std::vector<int64_t> listed;
  for (const auto& transaction : all.page().transactions()) {
    listed.push_back(transaction.user_id());
  }
  EXPECT_EQ(listed, users);
  EXPECT_EQ(all.page().total(), 6);
  EXPECT_GE(all.position(), 12u) << "of the latest shard";
  const v1::Result some = client->Ask(OpenWithdrawals(2));
  ASSERT_EQ(some.page().transactions_size(), 2);
  EXPECT_EQ(some.page().transactions(1).user_id(), 2);
  EXPECT_EQ(some.page().total(), 6);
}

TEST(SessionTest, AnAnswerLargerThanAFrameComesInSeveral) {
  BinaryServer server;
  const auto client = server.Connect();
  const std::string description(80, 'd');
  constexpr int kCharges = 8'000;
  v1::Request request;
  for (int i = 0; i < kCharges; ++i) {
    v1::Operation operation = ChargeOf(i % 10 + 1, 1, "k" + std::to_string(i));
    operation.mutable_charge()->set_description(description);
    *request.add_operations() = operation;
  }
  ASSERT_LT(request.ByteSizeLong(), kMaxFrameBytes);
  ASSERT_TRUE(client->Send(request, 5));
  int results = 0;
  int frames = 0;
  bool more = true;
  while (more) {
    const auto frame = client->Receive();
    ASSERT_TRUE(frame);
    EXPECT_LE(frame->header.body_size + kFrameHeaderBytes, kMaxFrameBytes);
    const v1::Response response = frame->Response();
    for (const v1::Result& result : response.results()) {
      EXPECT_EQ(result.transaction().idempotency_key(), "k" + std::to_string(results++));
    }
    more = response.more();
    ++frames;
  }
  EXPECT_EQ(results, kCharges);
  EXPECT_GT(frames, 1);
}

TEST(SessionTest, TheLargestPageOfChargesFitsAFrame) {
  BinaryServer server;
  const auto client = server.Connect();
  for (int part = 0; part < 4; ++part) {
    v1::Request request;
    for (int i = 0; i < 250; ++i) {
      v1::Operation operation =
          ChargeOf(7, 10, std::string(250, 'k') + std::to_string(part) + std::to_string(100 + i));
      operation.mutable_charge()->set_description(std::string(kMaxDescriptionBytes, 'd'));
      *request.add_operations() = operation;
    }
    client->Ask(request);
  }
  v1::Operation list;
  list.mutable_list_transactions()->set_user_id(7);
  list.mutable_list_transactions()->set_limit(kMaxListLimit);
  EXPECT_EQ(client->Ask(list).page().transactions_size(), kMaxListLimit);
}

TEST(SessionTest, TheListsOfAFrameAreBoundedTogether) {
  BinaryServer server;
  const auto client = server.Connect();
  v1::Request request;
  for (int i = 0; i < 11; ++i) {
    auto* list = request.add_operations()->mutable_list_transactions();
    list->set_user_id(7);
    list->set_limit(kMaxListLimit);
  }
  *request.add_operations() = BalanceOf(7);
  const v1::Response response = client->Ask(request);
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(CodeOf(response.results(i)), i == 10 ? Number(Outcome::kInvalidField) : 0) << i;
  }
  EXPECT_EQ(response.results(10).error().field(), "limit");
}

TEST(SessionTest, OneByteAtATimeIsTheSame) {
  BinaryServer server;
  RawClient client(server.address());
  v1::Request request;
  *request.add_operations() = ChargeOf(7, 500, "k");
  const std::string bytes = std::string(kMagic) + HelloFrame() + FrameOf(request, 1);
  for (const char byte : bytes) ASSERT_TRUE(client.Send(std::string_view(&byte, 1)));
  EXPECT_EQ(client.Receive()->Welcome().version(), kProtocolVersion);
  EXPECT_EQ(client.ReceiveAnswer(1).results(0).balance().total(), 500);
}

TEST(SessionTest, RequestsMayComeWithTheHello) {
  BinaryServer server;
  RawClient client(server.address());
  v1::Request request;
  *request.add_operations() = ChargeOf(7, 500, "k");
  ASSERT_TRUE(client.Send(std::string(kMagic) + HelloFrame() + FrameOf(request, 1)));
  EXPECT_EQ(client.Receive()->Welcome().bank(), "sim");
  EXPECT_EQ(client.ReceiveAnswer(1).results(0).balance().total(), 500);
}

TEST(SessionTest, WhoHasShutItsSendingSideStillGetsItsAnswers) {
  BinaryServer server;
  const auto client = server.Connect();
  server.log().Shut();
  v1::Request request;
  *request.add_operations() = ChargeOf(7, 500, "k");
  client->Send(request, 1);
  client->ShutSending();
  server.log().AwaitHeld();
  server.log().Open();
  EXPECT_EQ(client->ReceiveAnswer(1).results(0).balance().total(), 500);
  EXPECT_TRUE(client->AtEnd());
}

TEST(SessionTest, AChargeWhoseClientHasGoneIsStillMadeOnce) {
  BinaryServer server;
  auto client = server.Connect();
  server.log().Shut();
  v1::Request request;
  *request.add_operations() = ChargeOf(7, 500, "k");
  client->Send(request, 1);
  server.log().AwaitHeld();
  client->Close();
  server.log().Open();
  client = server.Connect();
  const v1::Result again = client->Ask(ChargeOf(7, 500, "k"));
  EXPECT_EQ(CodeOf(again), Number(Outcome::kDuplicateRequest));
  EXPECT_EQ(again.balance().total(), 500);
}

}  // namespace
}  // namespace wallet
