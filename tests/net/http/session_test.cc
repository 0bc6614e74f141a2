// What a connection answers when both sides behave. Through real sockets and a real engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/net/http/http_server.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;

int64_t Number(const HttpAnswer& answer, const char* path) {
  return answer.body.at_pointer(path).as_int64();
}

TEST(HttpSessionTest, OneConnectionServesManyRequests) {
  HttpServer server;
  RawHttpClient client(server.address());
  for (int i = 1; i <= 20; ++i) {
    const HttpAnswer charged = client.Ask(ChargeRequest(7, 5, absl::StrCat("k", i)));
    EXPECT_EQ(charged.status, 200) << charged.text;
    EXPECT_EQ(Number(charged, "/transaction/id"), i);
    EXPECT_FALSE(charged.Has("connection"));
    EXPECT_EQ(Number(client.Ask(BalanceRequestOf(7)), "/total"), 5 * i);
  }
  EXPECT_EQ(server.listener().connections(), 1);
}

TEST(HttpSessionTest, ARefusalDoesNotEndTheConnection) {
  HttpServer server;
  RawHttpClient client(server.address());
  EXPECT_EQ(client.Ask(GetRequest("/nowhere")).ErrorCode(), "not_found");
  const HttpAnswer method = client.Ask(GetRequest("/charge"));
  EXPECT_EQ(method.ErrorCode(), "method_not_allowed");
  EXPECT_EQ(method.Header("allow"), "POST");
  EXPECT_EQ(client.Ask(PostRequest("/charge", "{")).ErrorCode(), "malformed_request");
  EXPECT_EQ(client.Ask("POST /charge HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}").ErrorCode(),
            "unsupported_media_type");
  EXPECT_EQ(client.Ask(GetRequest("/balance")).ErrorCode(), "missing_field");
  EXPECT_EQ(client.Ask(kHealthRequest).status, 200);
}

TEST(HttpSessionTest, ARepeatedWriteIsADuplicateWithTheOriginal) {
  HttpServer server;
  RawHttpClient client(server.address());
  client.Ask(ChargeRequest(7, 500, "k"));
  const HttpAnswer again = client.Ask(ChargeRequest(7, 500, "k"));
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.ErrorCode(), "duplicate_request");
  EXPECT_EQ(Number(again, "/transaction/id"), 1);
  EXPECT_EQ(Number(again, "/balance/total"), 500);
  const HttpAnswer other = client.Ask(ChargeRequest(7, 501, "k"));
  EXPECT_EQ(other.ErrorCode(), "idempotency_key_reused");
  EXPECT_FALSE(other.body.as_object().contains("transaction"));
}

TEST(HttpSessionTest, AWithdrawalHoldsItsMoneyAtOnce) {
  HttpServer server;
  RawHttpClient client(server.address());
  client.Ask(ChargeRequest(7, 500, "c"));
  const HttpAnswer withdrawn =
      client.Ask(PostRequest("/withdraw", R"({"user_id":7,"amount":"300","idempotency_key":"w"})"));
  EXPECT_EQ(withdrawn.status, 200) << withdrawn.text;
  EXPECT_EQ(withdrawn.body.at("status").as_string(), "pending");
  EXPECT_EQ(Number(withdrawn, "/balance/held"), 300);
  const HttpAnswer second =
      client.Ask(PostRequest("/withdraw", R"({"user_id":7,"amount":300,"idempotency_key":"x"})"));
  EXPECT_EQ(second.status, 400);
  EXPECT_EQ(second.ErrorCode(), "insufficient_balance");
}

TEST(HttpSessionTest, AFullQueueOfTheBankSaysWhenToComeBack) {
  HttpServer server({.bank_queue = -50});  // with the bank's workers: no place at all
  RawHttpClient client(server.address());
  client.Ask(ChargeRequest(7, 500, "c"));
  const HttpAnswer full =
      client.Ask(PostRequest("/withdraw", R"({"user_id":7,"amount":300,"idempotency_key":"w"})"));
  EXPECT_EQ(full.status, 503);
  EXPECT_EQ(full.ErrorCode(), "queue_full");
  EXPECT_GE(std::stoi(full.Header("retry-after")), 1);
  EXPECT_EQ(Number(client.Ask(BalanceRequestOf(7)), "/held"), 0);
}

TEST(HttpSessionTest, AFullQueueOfTheEngineSaysWhenToComeBack) {
  HttpServer server({.shards = 1, .shard_queue_operations = 0});
  RawHttpClient client(server.address());
  const HttpAnswer full = client.Ask(BalanceRequestOf(7));
  EXPECT_EQ(full.status, 503);
  EXPECT_EQ(full.ErrorCode(), "overloaded");
  EXPECT_GE(std::stoi(full.Header("retry-after")), 1);
}

TEST(HttpSessionTest, OpenWithdrawalsOfAllShardsComeOldestFirst) {
  HttpServer server({.shards = 3});
  RawHttpClient client(server.address());
  const int64_t users[] = {31, 2, 17, 8, 25, 4};
  for (const int64_t user : users) {
    server.clock().Advance(1'000'000);
    client.Ask(ChargeRequest(user, 100, "c"));
    client.Ask(PostRequest("/withdraw", absl::StrCat("{\"user_id\":", user,
                                                     R"(,"amount":10,"idempotency_key":"w"})")));
  }
  const HttpAnswer all = client.Ask(GetRequest("/withdrawals"));
  EXPECT_EQ(Number(all, "/total"), 6);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(Number(all, absl::StrCat("/withdrawals/", i, "/user_id").c_str()), users[i]);
  }
  const HttpAnswer some = client.Ask(GetRequest("/withdrawals?limit=2"));
  EXPECT_EQ(some.body.at("withdrawals").as_array().size(), 2u);
  EXPECT_EQ(Number(some, "/total"), 6);
}

TEST(HttpSessionTest, HealthIsAnsweredWhileTheDiskIsNot) {
  HttpServer server;
  RawHttpClient slow(server.address()), quick(server.address());
  server.log().Shut();
  slow.Send(ChargeRequest(7, 500, "k"));
  server.log().AwaitHeld();
  EXPECT_EQ(quick.Ask(kHealthRequest).body.at("status").as_string(), "ok");
  server.log().Open();
  EXPECT_EQ(slow.Receive().status, 200);
}

TEST(HttpSessionTest, TheConnectionEndsWhenTheClientSaysSo) {
  HttpServer server;
  RawHttpClient client(server.address());
  const HttpAnswer answer = client.Ask(GetRequest("/health", "Connection: close\r\n"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Header("connection"), "close");
  EXPECT_TRUE(client.AtEnd());
}

TEST(HttpSessionTest, WhatFollowsACloseIsNotServed) {
  HttpServer server;
  RawHttpClient client(server.address());
  client.Send(GetRequest("/health", "Connection: close\r\n") + ChargeRequest(7, 500, "k"));
  EXPECT_EQ(client.Receive().status, 200);
  EXPECT_TRUE(client.AtEnd());
  EXPECT_EQ(Number(RawHttpClient(server.address()).Ask(BalanceRequestOf(7)), "/total"), 0);
}

TEST(HttpSessionTest, Http10ClosesUnlessItAsksNotTo) {
  HttpServer server;
  RawHttpClient client(server.address());
  const HttpAnswer kept = client.Ask("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.status, 200);
  EXPECT_EQ(kept.Header("connection"), "keep-alive");
  EXPECT_EQ(client.Ask("GET /health HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(client.AtEnd());
}

TEST(HttpSessionTest, AHeadIsAnsweredWithoutABody) {
  HttpServer server;
  RawHttpClient client(server.address());
  client.Send("HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(kHealthRequest));
  const HttpAnswer head = client.Receive(/*head=*/true);
  EXPECT_EQ(head.status, 405);
  EXPECT_EQ(head.Header("allow"), "GET");
  const HttpAnswer next = client.Receive();
  EXPECT_EQ(next.status, 200) << "a body would stand before it";
  EXPECT_THAT(next.text, HasSubstr("\"uptime_s\""));
}

TEST(HttpSessionTest, ManyConnectionsOverSeveralThreadsAreServedApart) {
  HttpServer server({.shards = 3}, /*io_threads=*/3);
  constexpr int kThreads = 4, kClientsEach = 10, kRounds = 5;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::vector<std::unique_ptr<RawHttpClient>> clients;
      for (int c = 0; c < kClientsEach; ++c) {
        clients.push_back(std::make_unique<RawHttpClient>(server.address()));
      }
      for (int round = 1; round <= kRounds; ++round) {
        for (int c = 0; c < kClientsEach; ++c) {
          const int user = t * kClientsEach + c + 1;
          const auto answer = clients[c]->Ask(ChargeRequest(user, user, std::to_string(round)));
          EXPECT_EQ(Number(answer, "/transaction/user_id"), user);
          EXPECT_EQ(Number(answer, "/balance/total"), user * round);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace wallet
