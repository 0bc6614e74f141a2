// Peers that go away, come in too great a number, or read nothing.
#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "net/limits.h"
#include "tests/net/http/http_server.h"

namespace wallet {
namespace {

int64_t TotalOf(HttpServer& server, int64_t user) {
  const HttpAnswer answer = RawHttpClient(server.address()).Ask(BalanceRequestOf(user));
  return answer.body.at("total").as_int64();
}

TEST(HttpPeerTest, WhoLeavesWithinARequestHasAskedNothing) {
  HttpServer server;
  const std::string request = ChargeRequest(7, 500, "k");
  const size_t head = request.find("\r\n\r\n") + 4;
  for (const size_t size : {size_t{0}, size_t{1}, head / 2, head, head + 1, request.size() - 1}) {
    for (const bool reset : {false, true}) {
      RawHttpClient client(server.address());
      client.Send(request.substr(0, size));
      reset ? client.Reset() : client.Close();
      Await([&] { return server.listener().connections() == 0; });
    }
  }
  EXPECT_EQ(TotalOf(server, 7), 0);
  EXPECT_EQ(TotalOf(server, 7), 0) << "the key is free, the server serves on";
}

TEST(HttpPeerTest, WhoStopsSendingWithinARequestGetsNoAnswer) {
  HttpServer server;
  RawHttpClient client(server.address());
  const std::string request = ChargeRequest(7, 500, "k");
  client.Send(request.substr(0, request.size() - 1));
  client.ShutSending();
  EXPECT_TRUE(client.AtEnd());
  EXPECT_EQ(TotalOf(server, 7), 0);
}

TEST(HttpPeerTest, WhoStopsSendingAfterARequestIsStillAnswered) {
  HttpServer server;
  RawHttpClient client(server.address());
  client.Send(ChargeRequest(7, 500, "k") + BalanceRequestOf(7));
  client.ShutSending();
  EXPECT_EQ(client.Receive().status, 200);
  EXPECT_EQ(client.Receive().body.at("total").as_int64(), 500);
  EXPECT_TRUE(client.AtEnd());
}

TEST(HttpPeerTest, AChargeWhoseClientHasGoneIsStillMadeOnce) {
  for (const bool reset : {false, true}) {
    HttpServer server;
    RawHttpClient client(server.address());
    server.log().Shut();
    client.Send(ChargeRequest(7, 500, "k"));
    server.log().AwaitHeld();
    reset ? client.Reset() : client.Close();
    server.log().Open();
    Await([&] { return server.listener().connections() == 0; });
    EXPECT_EQ(server.listener().under_way(), 0);
    const HttpAnswer again = RawHttpClient(server.address()).Ask(ChargeRequest(7, 500, "k"));
    EXPECT_EQ(again.ErrorCode(), "duplicate_request");
    EXPECT_EQ(TotalOf(server, 7), 500);
  }
}

TEST(HttpPeerTest, AConnectionTooManyIsTurnedAwayUntilThereIsRoom) {
  HttpServer server({}, /*io_threads=*/1, /*max_connections=*/2);
  RawHttpClient first(server.address());
  auto second = std::make_unique<RawHttpClient>(server.address());
  first.Ask(kHealthRequest);
  second->Ask(kHealthRequest);
  RawHttpClient third(server.address());
  const HttpAnswer answer = third.Receive();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.ErrorCode(), "overloaded");
  EXPECT_GE(std::stoi(answer.Header("retry-after")), 1);
  EXPECT_EQ(answer.Header("connection"), "close");
  EXPECT_TRUE(third.AtEnd());
  EXPECT_EQ(first.Ask(kHealthRequest).status, 200);
  second.reset();
  Await([&] { return server.listener().connections() == 1; });
  EXPECT_EQ(TotalOf(server, 7), 0);
}

// A list of some 100 KB, many times over: more than any socket holds.
constexpr int kPages = 100;
constexpr int kCharges = 200;

std::string PageRequests(HttpServer& server) {
  RawHttpClient client(server.address());
  for (int i = 0; i < kCharges; ++i) {
    client.Ask(
        PostRequest("/charge", absl::StrCat(R"({"user_id":7,"amount":1,"idempotency_key":"k)", i,
                                            R"(","description":")", std::string(255, 'd'), "\"}")));
  }
  std::string bytes;
  for (int i = 0; i < kPages; ++i) {
    bytes += GetRequest(absl::StrCat("/transactions?user_id=7&limit=", kCharges));
  }
  return bytes;
}

TEST(HttpPeerTest, AnswersToWhoReadsSlowlyComeWhole) {
  HttpServer server;
  const std::string requests = PageRequests(server);
  RawHttpClient client(server.address(), /*receive_buffer=*/4'096);
  client.Send(requests);
  for (int i = 0; i < kPages; ++i) {
    const HttpAnswer page = client.Receive();
    ASSERT_EQ(page.status, 200) << page.text;
    EXPECT_EQ(page.body.at("transactions").as_array().size(), size_t{kCharges});
    EXPECT_LE(server.listener().under_way(), 1) << "the next is not begun before";
  }
}

TEST(HttpPeerTest, WhoNeverReadsIsDropped) {
  HttpServer server;
  const std::string requests = PageRequests(server);
  Await([&] { return server.listener().connections() == 0; });
  RawHttpClient hostile(server.address(), /*receive_buffer=*/4'096);
  hostile.Send(requests);
  Await([&] { return server.listener().under_way() == 1; });
  // Time passes in steps, over each of which something may still leave.
  Await([&] {
    server.clock().Advance(kWriteTimeoutUs);
    return server.listener().connections() == 0;
  });
  EXPECT_EQ(server.listener().under_way(), 0);
  int received = 0;
  while (hostile.Receive().status == 200) ++received;
  EXPECT_LT(received, kPages);
}

int64_t OpenDescriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return std::distance(begin(all), end(all));
}

TEST(HttpPeerTest, NoDescriptorIsLeftBehind) {
  HttpServer server({}, /*io_threads=*/2, /*max_connections=*/8);
  server.Settle();
  Await([&] { return server.listener().connections() == 0; });
  const int64_t before = OpenDescriptors();
  for (int round = 0; round < 5; ++round) {
    std::vector<std::unique_ptr<RawHttpClient>> clients;
    for (int i = 0; i < 12; ++i) {  // more than there is room for
      clients.push_back(std::make_unique<RawHttpClient>(server.address()));
      const std::string requests[] = {std::string(kHealthRequest), "garbage\r\n\r\n", "GET /hea",
                                      GetRequest("/health", "Connection: close\r\n")};
      clients.back()->Send(requests[i % 4]);
      if (i % 4 != 2) clients.back()->Receive();
      if (i % 3 == 0) clients.back()->Reset();
    }
    clients.clear();
    Await([&] { return server.listener().connections() == 0; });
  }
  Await([&] { return OpenDescriptors() == before; });
  EXPECT_EQ(server.listener().under_way(), 0);
}

}  // namespace
}  // namespace wallet
