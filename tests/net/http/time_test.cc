// Time limits. The clock moves when told; the server looks at it every kSessionTickUs.
#include <gtest/gtest.h>

#include <string>

#include "net/limits.h"
#include "tests/net/http/http_server.h"

namespace wallet {
namespace {

const int64_t kRequestTimeoutUs = HttpListenerOptions().request_timeout_us;

TEST(HttpTimeTest, AnIdleConnectionIsClosed) {
  HttpServer server;
  RawHttpClient quiet(server.address()), asked(server.address());
  asked.Ask(kHealthRequest);
  server.Settle();
  server.clock().Advance(kIdleTimeoutUs);
  EXPECT_TRUE(quiet.AtEnd());
  EXPECT_TRUE(asked.AtEnd());
}

class UnfinishedRequestTest : public ::testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(
    Stops, UnfinishedRequestTest,
    ::testing::Values("G", "GET /hea", "GET /health HTTP/1.1\r\n", "GET /health HTTP/1.1\r\nHost",
                      "POST /charge HTTP/1.1\r\nContent-Length: 10\r\n\r\n",
                      "POST /charge HTTP/1.1\r\nContent-Length: 10\r\n\r\n{\"user",
                      "POST /charge HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"us"));

TEST_P(UnfinishedRequestTest, EndsTheConnection) {
  HttpServer server;
  RawHttpClient client(server.address());
  // Once the first is answered, the beginning that came with it has been read.
  client.Send(std::string(kHealthRequest) + GetParam());
  EXPECT_EQ(client.Receive().status, 200);
  server.Settle();
  server.clock().Advance(kReadTimeoutUs);
  EXPECT_TRUE(client.AtEnd());
}

TEST(HttpTimeTest, WhoWasToldToGoOnAndDoesNotIsDropped) {
  HttpServer server;
  RawHttpClient client(server.address());
  client.Send(PostHead("/charge", "Content-Length: 10\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(client.Receive().status, 100);
  server.clock().Advance(kReadTimeoutUs);
  EXPECT_TRUE(client.AtEnd());
}

TEST(HttpTimeTest, WhoDoesNotCloseAfterTheLastAnswerIsDropped) {
  HttpServer server;
  RawHttpClient client(server.address());
  client.Ask(GetRequest("/health", "Connection: close\r\n"));
  EXPECT_TRUE(client.AtEnd());
  server.Settle();
  Await([&] { return server.listener().connections() == 1; });
  EXPECT_TRUE(client.Send("still here")) << "and read, so that nothing is reset";
  server.clock().Advance(kLingerUs);
  Await([&] { return server.listener().connections() == 0; });
}

TEST(HttpTimeTest, AWriteNotAnsweredInTimeHasAnUnknownOutcome) {
  HttpServer server;
  RawHttpClient client(server.address());
  server.log().Shut();
  client.Send(ChargeRequest(7, 500, "k"));
  server.log().AwaitHeld();
  server.clock().Advance(kRequestTimeoutUs);
  const HttpAnswer late = client.Receive();
  EXPECT_EQ(late.status, 504);
  EXPECT_EQ(late.ErrorCode(), "outcome_unknown");
  EXPECT_FALSE(late.Has("retry-after"));
  server.log().Open();
  // The connection goes on, and the engine's late answer is not taken for another's.
  const HttpAnswer again = client.Ask(ChargeRequest(7, 500, "k"));
  EXPECT_EQ(again.ErrorCode(), "duplicate_request");
  EXPECT_EQ(again.body.at_pointer("/balance/total").as_int64(), 500);
}

TEST(HttpTimeTest, AReadNotAnsweredInTimeIsOverloaded) {
  HttpServer server;
  RawHttpClient writer(server.address()), reader(server.address());
  server.log().Shut();
  writer.Send(ChargeRequest(7, 500, "k"));
  server.log().AwaitHeld();
  reader.Send(BalanceRequestOf(7));  // waits for the durability of what it sees
  Await([&] { return server.listener().under_way() == 2; });
  server.Settle();
  server.clock().Advance(kRequestTimeoutUs);
  const HttpAnswer late = reader.Receive();
  EXPECT_EQ(late.status, 503);
  EXPECT_EQ(late.ErrorCode(), "overloaded");
  EXPECT_GE(std::stoi(late.Header("retry-after")), 1);
  EXPECT_EQ(writer.Receive().status, 504);
  server.log().Open();
  EXPECT_EQ(reader.Ask(BalanceRequestOf(7)).body.at("total").as_int64(), 500);
}

TEST(HttpTimeTest, AListOverAllShardsNotAnsweredInTimeIsOverloaded) {
  HttpServer server({.shards = 4});
  RawHttpClient client(server.address());
  server.test_engine().HoldShards();
  client.Send(GetRequest("/withdrawals"));
  server.test_engine().AwaitHeldShard();
  server.Settle();
  server.clock().Advance(kRequestTimeoutUs);
  EXPECT_EQ(client.Receive().ErrorCode(), "overloaded");
  server.test_engine().ReleaseShards();
  EXPECT_EQ(client.Ask(GetRequest("/withdrawals")).body.at("total").as_int64(), 0);
}

TEST(HttpTimeTest, WhatWasNotBegunInTimeIsNotDoneLater) {
  HttpServer server({.shards = 1});
  RawHttpClient client(server.address());
  server.test_engine().HoldShards();
  client.Send(ChargeRequest(7, 500, "k"));
  server.test_engine().AwaitHeldShard();
  server.clock().Advance(kRequestTimeoutUs + 1);
  EXPECT_EQ(client.Receive().ErrorCode(), "outcome_unknown") << "all the server knows by then";
  server.test_engine().ReleaseShards();
  const HttpAnswer again = client.Ask(ChargeRequest(7, 500, "k"));
  EXPECT_EQ(again.status, 200) << again.text;
  EXPECT_EQ(again.body.at_pointer("/transaction/id").as_int64(), 1);
}

TEST(HttpTimeTest, WhoIsNotAnsweredInTimeAndSaidCloseIsClosed) {
  HttpServer server;
  RawHttpClient client(server.address());
  server.log().Shut();
  client.Send(PostRequest("/charge", R"({"user_id":7,"amount":5,"idempotency_key":"k"})",
                          "Connection: close\r\n"));
  server.log().AwaitHeld();
  server.clock().Advance(kRequestTimeoutUs);
  EXPECT_EQ(client.Receive().status, 504);
  EXPECT_TRUE(client.AtEnd());
  Await([&] { return server.listener().Idle(); });
}

}  // namespace
}  // namespace wallet
