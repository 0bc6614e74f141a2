// Both listeners as one server, and its orderly end.
#include "net/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/ledger/outcome.h"
#include "tests/net/support/raw_client.h"
#include "tests/net/support/test_engine.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kGraceUs = 60'000'000;

ServerOptions Options(TestEngine& engine) {
  return {.http = "127.0.0.1:0",
          .binary = "127.0.0.1:0",
          .io_threads = 2,
          .version = "0.1.0",
          .clock = &engine.clock()};
}

std::unique_ptr<Server> Started(TestEngine& engine) {
  auto server = Server::Start(Options(engine), engine.engine());
  EXPECT_TRUE(server.ok()) << server.status().message();
  return *std::move(server);
}

TEST(ServerTest, BothAddressesAreBound) {
  TestEngine engine;
  const auto server = Started(engine);
  EXPECT_NE(server->http_address(), server->binary_address());
  EXPECT_EQ(
      RawClient::Greeted(server->binary_address())->Ask(ChargeOf(7, 500, "k")).balance().total(),
      500);
  RawClient http(server->http_address());
  EXPECT_TRUE(http.Send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n"));
}

TEST(ServerTest, AnAddressInUseIsNamedWithItsFlag) {
  TestEngine engine;
  const auto server = Started(engine);
  ServerOptions options = Options(engine);
  options.binary = server->binary_address();
  const auto binary = Server::Start(options, engine.engine());
  EXPECT_EQ(binary.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(binary.status().message()), HasSubstr("--listen 127.0.0.1:"));
  options = Options(engine);
  options.http = server->http_address();
  const auto http = Server::Start(options, engine.engine());
  EXPECT_EQ(http.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(http.status().message()), HasSubstr("--http 127.0.0.1:"));
}

TEST(ServerTest, TheOrderlyEndLosesNoAnswer) {
  TestEngine engine;
  const auto server = Started(engine);
  const auto client = RawClient::Greeted(server->binary_address());
  engine.log().Shut();
  v1::Request request;
  *request.add_operations() = ChargeOf(7, 500, "k");
  client->Send(request, 1);
  engine.log().AwaitHeld();
  server->StopAccepting();
  engine.Stop();  // opens the gate: the charge becomes durable and its batch is completed
  server->Finish(kGraceUs);
  EXPECT_EQ(client->ReceiveAnswer(1).results(0).balance().total(), 500);
  EXPECT_EQ(client->Receive()->Goodbye().code(), static_cast<uint32_t>(Outcome::kShuttingDown));
  EXPECT_TRUE(client->AtEnd());
}

TEST(ServerTest, FinishDoesNotWaitLongerThanItsGrace) {
  TestEngine engine;
  const auto server = Started(engine);
  const auto client = RawClient::Greeted(server->binary_address());
  engine.log().Shut();
  v1::Request request;
  *request.add_operations() = ChargeOf(7, 500, "k");
  client->Send(request, 1);
  engine.log().AwaitHeld();
  server->StopAccepting();
  server->Finish(/*grace_us=*/0);
  EXPECT_EQ(client->Receive()->Goodbye().code(), static_cast<uint32_t>(Outcome::kShuttingDown));
  EXPECT_TRUE(client->AtEnd());
}

}  // namespace
}  // namespace wallet
