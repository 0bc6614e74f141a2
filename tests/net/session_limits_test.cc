// Time limits, bounds of memory, and the orderly end.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "engine/ledger/limits.h"
#include "engine/ledger/outcome.h"
#include "net/limits.h"
#include "tests/net/support/binary_server.h"

namespace wallet {
namespace {

// For what another thread brings about; the test's time-out ends it otherwise.
template <class Condition>
void Await(Condition condition) {
  while (!condition()) std::this_thread::yield();
}

v1::Request One(v1::Operation operation) {
  v1::Request request;
  *request.add_operations() = std::move(operation);
  return request;
}

TEST(SessionTimeTest, WithoutAHelloTheConnectionEnds) {
  BinaryServer server;
  RawClient client(server.address());
  client.Send(kMagic);
  server.Connect();  // is accepted after the other: whose time has begun, then
  server.clock().Advance(kReadTimeoutUs);
  EXPECT_EQ(client.Receive()->Goodbye().message(), "no hello came in time");
  EXPECT_TRUE(client.AtEnd());
}

TEST(SessionTimeTest, AFrameThatIsNotFinishedEndsTheConnection) {
  BinaryServer server;
  const auto client = server.Connect();
  const std::string frame = FrameOf(One(BalanceOf(7)), 1);
  // Once the answer is there, the beginning that came with its request has been read.
  client->Send(frame + frame.substr(0, frame.size() - 1));
  client->ReceiveAnswer(1);
  server.clock().Advance(kReadTimeoutUs);
  EXPECT_EQ(client->Receive()->Goodbye().message(), "a frame was begun and not finished in time");
  EXPECT_TRUE(client->AtEnd());
}

TEST(SessionTimeTest, AnIdleConnectionEndsInPeace) {
  BinaryServer server;
  const auto client = server.Connect();
  client->Ask(BalanceOf(7));
  Await([&] { return server.listener().Idle(); });
  server.clock().Advance(kIdleTimeoutUs);
  const auto frame = client->Receive();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->Goodbye().code(), 0u);
  EXPECT_TRUE(client->AtEnd());
}

TEST(SessionTimeTest, WhatTheEngineDoesNotAnswerInTimeIsAnsweredWithoutIt) {
  BinaryServer server;
  const auto client = server.Connect();
  server.log().Shut();
  v1::Request request;
  *request.add_operations() = ChargeOf(7, 500, "k");
  *request.add_operations() = BalanceOf(7);
  request.add_operations();
  client->Send(request, 1);
  server.log().AwaitHeld();
  server.clock().Advance(30'000'000);
  const v1::Response late = client->ReceiveAnswer(1);
  EXPECT_EQ(CodeOf(late.results(0)), Number(Outcome::kOutcomeUnknown));
  EXPECT_EQ(CodeOf(late.results(1)), Number(Outcome::kOverloaded));
  EXPECT_EQ(CodeOf(late.results(2)), Number(Outcome::kMalformedRequest));
  server.log().Open();
  // The connection goes on, and the engine's late answer is not taken for another's.
  const v1::Result again = client->Ask(ChargeOf(7, 500, "k"));
  EXPECT_EQ(CodeOf(again), Number(Outcome::kDuplicateRequest));
  EXPECT_EQ(again.balance().total(), 500);
}

TEST(SessionTimeTest, AnOperationNotBegunInItsOwnTimeIsDropped) {
  BinaryServer server({.shards = 1});
  const auto client = server.Connect();
  server.test_engine().HoldShards();
  v1::Request patient = One(ChargeOf(7, 1, "patient"));
  v1::Request hasty = One(ChargeOf(7, 10, "hasty"));
  hasty.set_timeout_ms(1'000);
  v1::Request endless = One(ChargeOf(7, 100, "endless"));
  endless.set_timeout_ms(UINT32_MAX);
  client->Send(FrameOf(patient, 1) + FrameOf(hasty, 2) + FrameOf(endless, 3));
  server.test_engine().AwaitHeldShard();
  server.clock().Advance(1'000'001);
  server.test_engine().ReleaseShards();
  std::map<uint64_t, v1::Response> answers;
  for (int i = 0; i < 3; ++i) {
    const auto frame = client->Receive();
    ASSERT_TRUE(frame);
    answers[frame->header.request_id] = frame->Response();
  }
  EXPECT_EQ(CodeOf(answers[1].results(0)), 0u);
  EXPECT_EQ(CodeOf(answers[2].results(0)), Number(Outcome::kOverloaded));
  EXPECT_EQ(CodeOf(answers[3].results(0)), 0u);
  EXPECT_EQ(client->Ask(BalanceOf(7)).balance().total(), 101);
}

TEST(SessionBoundsTest, TheServerReadsNoMoreThanItMayHaveUnderWay) {
  // Were more taken, the engine would refuse it as overloaded.
  BinaryServer server({.shards = 1, .shard_queue_operations = kMaxFramesInFlight});
  const auto client = server.Connect();
  server.log().Shut();
  constexpr int kRequests = 3 * kMaxFramesInFlight;
  std::string bytes;
  for (int i = 1; i <= kRequests; ++i) {
    bytes += FrameOf(One(ChargeOf(7, 1, "k" + std::to_string(i))), i);
  }
  client->Send(bytes);
  Await([&] { return server.listener().under_way() >= int64_t{kMaxFramesInFlight}; });
  EXPECT_EQ(server.listener().under_way(), int64_t{kMaxFramesInFlight});
  server.log().AwaitHeld();
  server.log().Open();
  for (int i = 1; i <= kRequests; ++i) {
    const auto frame = client->Receive();
    ASSERT_TRUE(frame);
    EXPECT_EQ(CodeOf(frame->Response().results(0)), 0u);
  }
}

// A user whose longest page is some 400 KB.
void MakeLongHistory(RawClient& client) {
  v1::Request request;
  for (int i = 0; i < kMaxListLimit; ++i) {
    v1::Operation operation = ChargeOf(7, 1, "k" + std::to_string(i));
    operation.mutable_charge()->set_description(std::string(kMaxDescriptionBytes, 'd'));
    *request.add_operations() = operation;
  }
  client.Ask(request);
}

std::string PageRequests(int count) {
  v1::Operation list;
  list.mutable_list_transactions()->set_user_id(7);
  list.mutable_list_transactions()->set_limit(kMaxListLimit);
  std::string bytes;
  for (int i = 1; i <= count; ++i) bytes += FrameOf(One(list), i);
  return bytes;
}

// So many of them may be under way.
constexpr int64_t kMostPages = kMaxAnswerBytesQueued / (kMaxListLimit * kResultBytesEstimate) + 1;

TEST(SessionBoundsTest, AnswersThatAreNotReadAreBoundedAndNotLost) {
  BinaryServer server;
  const auto client = server.Connect();
  MakeLongHistory(*client);
  constexpr int kPages = 200;
  client->Send(PageRequests(kPages));
  int64_t most = 0;
  for (int i = 1; i <= kPages; ++i) {
    const auto frame = client->Receive();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->Response().results(0).page().transactions_size(), kMaxListLimit);
    most = std::max(most, server.listener().under_way());
  }
  EXPECT_LE(most, kMostPages);
}

TEST(SessionBoundsTest, WhoNeverReadsIsDropped) {
  BinaryServer server;
  const auto client = server.Connect();
  MakeLongHistory(*client);
  const auto hostile = RawClient::Greeted(server.address(), /*receive_buffer=*/4'096);
  constexpr int kPages = 200;
  hostile->Send(PageRequests(kPages));
  Await([&] { return server.listener().under_way() >= kMostPages / 2; });
  // The pages are there once something asked later is.
  client->Ask(BalanceOf(7));
  client->Close();
  Await([&] { return server.listener().connections() == 1; });
  // Time passes in steps, over each of which something may still leave.
  Await([&] {
    server.clock().Advance(kWriteTimeoutUs);
    return server.listener().connections() == 0;
  });
  int received = 0;
  while (hostile->Receive()) ++received;
  EXPECT_LT(received, kPages);
}

TEST(SessionBoundsTest, AConnectionTooManyIsTurnedAway) {
  BinaryServer server({}, /*io_threads=*/1, /*max_connections=*/2);
  const auto first = server.Connect();
  auto second = server.Connect();
  RawClient third(server.address());
  const auto frame = third.Receive();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->Goodbye().code(), Number(Outcome::kOverloaded));
  second->Close();
  Await([&] { return server.listener().connections() == 1; });
  EXPECT_EQ(server.Connect()->Ask(BalanceOf(7)).error().code(), 0u);
}

TEST(SessionBoundsTest, ManyConnectionsOverSeveralThreadsAreServedApart) {
  BinaryServer server({.shards = 3}, /*io_threads=*/3);
  constexpr int kThreads = 4, kClientsEach = 25, kRounds = 5;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::vector<std::unique_ptr<RawClient>> clients;
      for (int c = 0; c < kClientsEach; ++c) clients.push_back(server.Connect());
      for (int round = 1; round <= kRounds; ++round) {
        for (int c = 0; c < kClientsEach; ++c) {
          const int user = t * kClientsEach + c + 1;
          const auto result = clients[c]->Ask(ChargeOf(user, user, std::to_string(round)));
          EXPECT_EQ(result.transaction().user_id(), user);
          EXPECT_EQ(result.balance().total(), user * round);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(SessionStopTest, NewRequestsAreRefusedAndOldOnesAnswered) {
  BinaryServer server;
  const auto client = server.Connect();
  server.log().Shut();
  client->Send(One(ChargeOf(7, 500, "k")), 1);
  server.log().AwaitHeld();
  server.listener().StopAccepting();
  EXPECT_FALSE(server.listener().Idle());
  v1::Request request = One(BalanceOf(7));
  request.add_operations()->mutable_get_health();
  const v1::Response refused = client->Ask(request, 2);
  EXPECT_EQ(CodeOf(refused.results(0)), Number(Outcome::kShuttingDown));
  EXPECT_EQ(refused.results(1).health().status(), "stopping");
  server.log().Open();
  EXPECT_EQ(client->ReceiveAnswer(1).results(0).balance().total(), 500);
  Await([&] { return server.listener().Idle(); });
}

TEST(SessionStopTest, NobodyIsLetInAnyMore) {
  BinaryServer server;
  const std::string address = server.address();
  server.listener().StopAccepting();
  EXPECT_THROW(RawClient client(address), boost::system::system_error);
}

TEST(SessionStopTest, ConnectionsMayCloseWhileBatchesAreWithTheEngine) {
  BinaryServer server;
  const auto client = server.Connect();
  server.log().Shut();
  client->Send(One(ChargeOf(7, 500, "k")), 1);
  server.log().AwaitHeld();
  server.CloseListener();
  EXPECT_EQ(client->Receive()->Goodbye().code(), Number(Outcome::kShuttingDown));
  EXPECT_TRUE(client->AtEnd());
  server.test_engine().Stop();  // completes the batch, whose session has gone
}

}  // namespace
}  // namespace wallet
