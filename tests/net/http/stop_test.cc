// The orderly end.
#include <gtest/gtest.h>

#include <string>

#include "tests/net/http/http_server.h"

namespace wallet {
namespace {

TEST(HttpStopTest, NewRequestsAreRefusedAndOldOnesAnswered) {
  HttpServer server;
  RawHttpClient old(server.address()), fresh(server.address());
  fresh.Ask(kHealthRequest);
  server.log().Shut();
  old.Send(ChargeRequest(7, 500, "k"));
  server.log().AwaitHeld();
  server.listener().StopAccepting();
  EXPECT_EQ(server.listener().under_way(), 1);
  EXPECT_FALSE(server.listener().Idle());
  const HttpAnswer refused = fresh.Ask(ChargeRequest(7, 500, "l"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.ErrorCode(), "shutting_down");
  EXPECT_GE(std::stoi(refused.Header("retry-after")), 1);
  EXPECT_EQ(refused.Header("connection"), "close");
  EXPECT_TRUE(fresh.AtEnd());
  server.log().Open();
  EXPECT_EQ(old.Receive().body.at_pointer("/balance/total").as_int64(), 500);
  Await([&] { return server.listener().Idle(); });
  EXPECT_EQ(old.Ask(BalanceRequestOf(7)).ErrorCode(), "shutting_down");
  EXPECT_TRUE(old.AtEnd());
}

TEST(HttpStopTest, WhatIsPipelinedBehindTheLastAnswerIsRefused) {
  HttpServer server;
  RawHttpClient client(server.address());
  server.log().Shut();
  client.Send(ChargeRequest(7, 500, "k") + ChargeRequest(7, 500, "l") + BalanceRequestOf(7));
  server.log().AwaitHeld();
  server.listener().StopAccepting();
  server.log().Open();
  EXPECT_EQ(client.Receive().status, 200);
  EXPECT_EQ(client.Receive().ErrorCode(), "shutting_down");
  EXPECT_TRUE(client.AtEnd());
  Await([&] { return server.listener().Idle(); });
}

TEST(HttpStopTest, WrongRequestsAreToldSoAllTheSame) {
  HttpServer server;
  RawHttpClient client(server.address());
  client.Ask(kHealthRequest);
  server.listener().StopAccepting();
  EXPECT_EQ(client.Ask(GetRequest("/balance?user_id=0")).ErrorCode(), "invalid_field");
  EXPECT_TRUE(client.AtEnd());
}

TEST(HttpStopTest, HealthSaysStopping) {
  HttpServer server;
  RawHttpClient client(server.address());
  client.Ask(kHealthRequest);
  server.listener().StopAccepting();
  const HttpAnswer health = client.Ask(kHealthRequest);
  EXPECT_EQ(health.status, 503);
  EXPECT_EQ(health.body.at("status").as_string(), "stopping");
  EXPECT_GE(std::stoi(health.Header("retry-after")), 1);
  EXPECT_TRUE(client.AtEnd());
}

TEST(HttpStopTest, AStoppedEngineIsNoReasonToHangUp) {
  HttpServer server;
  RawHttpClient client(server.address());
  client.Ask(kHealthRequest);
  server.test_engine().Stop();
  EXPECT_EQ(client.Ask(ChargeRequest(7, 500, "k")).ErrorCode(), "shutting_down");
  EXPECT_EQ(client.Ask(GetRequest("/withdrawals")).ErrorCode(), "shutting_down");
  EXPECT_EQ(client.Ask(kHealthRequest).body.at("status").as_string(), "stopping");
}

TEST(HttpStopTest, NobodyIsLetInAnyMore) {
  HttpServer server;
  const std::string address = server.address();
  server.listener().StopAccepting();
  server.listener().StopAccepting();  // idempotent
  EXPECT_THROW(RawHttpClient client(address), boost::system::system_error);
}

TEST(HttpStopTest, ConnectionsMayCloseWhileBatchesAreWithTheEngine) {
  HttpServer server({.shards = 3});
  RawHttpClient writer(server.address()), lister(server.address());
  server.log().Shut();
  writer.Send(ChargeRequest(7, 500, "k"));
  server.log().AwaitHeld();
  lister.Send(GetRequest("/withdrawals"));
  Await([&] { return server.listener().under_way() == 2; });
  server.CloseListener();
  EXPECT_TRUE(writer.AtEnd());
  server.test_engine().Stop();  // completes the batches, whose sessions have gone
}

}  // namespace
}  // namespace wallet
