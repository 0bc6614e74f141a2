// How a connection ends when the peer breaks the protocol: with a reason, and after what was asked
// before.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "engine/ledger/outcome.h"
#include "net/limits.h"
#include "tests/net/support/binary_server.h"

namespace wallet {
namespace {

constexpr auto kMalformed = static_cast<uint32_t>(Outcome::kMalformedRequest);

// The reason given; the stream must end after it.
std::string ReasonFor(RawClient& client) {
  const auto frame = client.Receive();
  EXPECT_TRUE(frame) << "closed without a reason";
  if (!frame) return "";
  EXPECT_TRUE(client.AtEnd());
  EXPECT_EQ(frame->Goodbye().code(), kMalformed);
  return frame->Goodbye().message();
}

std::string ReasonFor(BinaryServer& server, std::string_view bytes_after_hello) {
  const auto client = server.Connect();
  EXPECT_TRUE(client->Send(bytes_after_hello));
  return ReasonFor(*client);
}

TEST(SessionRefusalTest, AnotherProtocolIsToldSo) {
  BinaryServer server;
  RawClient client(server.address());
  client.Send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_NE(ReasonFor(client).find("HTTP"), std::string::npos);
}

TEST(SessionRefusalTest, TheFirstWrongByteOfTheMagicIsEnough) {
  BinaryServer server;
  RawClient client(server.address());
  client.Send("WALLEt");
  EXPECT_NE(ReasonFor(client), "");
}

TEST(SessionRefusalTest, TheFirstFrameMustBeAHello) {
  BinaryServer server;
  for (const std::string& first :
       {FrameOf(v1::Request(), 1), FrameOf(FrameKind::kHello, 0, "\xff\xff"),
        FrameOf(FrameKind::kHello, 0, std::string(kMaxHelloFrameBytes, 'x'))}) {
    RawClient client(server.address());
    client.Send(std::string(kMagic) + first);
    EXPECT_EQ(ReasonFor(client), "the first frame must be a readable hello");
  }
}

TEST(SessionRefusalTest, ARefusedHelloIsAnsweredByAWelcomeThatSaysWhy) {
  BinaryServer server;
  RawClient client(server.address());
  v1::Hello hello;
  hello.set_min_version(2);
  hello.set_max_version(3);
  client.Send(std::string(kMagic) + FrameOf(FrameKind::kHello, 0, hello.SerializeAsString()));
  const auto frame = client.Receive();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->Welcome().version(), 0u);
  EXPECT_NE(frame->Welcome().error().message(), "");
  EXPECT_TRUE(client.AtEnd());
}

TEST(SessionRefusalTest, OnlyRequestsMayFollowTheHello) {
  BinaryServer server;
  for (const FrameKind kind :
       {FrameKind::kHello, FrameKind::kWelcome, FrameKind::kResponse, FrameKind::kGoodbye}) {
    EXPECT_EQ(ReasonFor(server, FrameOf(kind, 1, "")), "only requests may follow the hello");
  }
}

TEST(SessionRefusalTest, AFrameThatIsTooLargeIsRefusedByItsHeader) {
  BinaryServer server;
  std::string header;
  AppendFrameHeader({.body_size = kMaxFrameBytes, .kind = FrameKind::kRequest}, header);
  EXPECT_EQ(ReasonFor(server, header), ToString(FrameError::kTooLarge));
}

TEST(SessionRefusalTest, UnknownKindsAndReservedBitsAreRefused) {
  BinaryServer server;
  std::string kind = FrameOf(v1::Request(), 1);
  kind[4] = 9;
  EXPECT_EQ(ReasonFor(server, kind), ToString(FrameError::kUnknownKind));
  std::string reserved = FrameOf(v1::Request(), 1);
  reserved[6] = 1;
  EXPECT_EQ(ReasonFor(server, reserved), ToString(FrameError::kReservedBits));
}

TEST(SessionRefusalTest, ABodyThatIsNoRequestIsRefused) {
  BinaryServer server;
  EXPECT_EQ(ReasonFor(server, FrameOf(FrameKind::kRequest, 1, "\xff\xff\xff")),
            "the body of the request is not a Request message");
}

TEST(SessionRefusalTest, TheNumberOfOperationsIsBounded) {
  BinaryServer server;
  v1::Request request;
  for (size_t i = 0; i < kMaxOperationsPerFrame; ++i) request.add_operations();
  const auto client = server.Connect();
  EXPECT_EQ(client->Ask(request).results_size(), static_cast<int>(kMaxOperationsPerFrame));
  request.add_operations();
  EXPECT_EQ(ReasonFor(server, FrameOf(request, 1)),
            "the request has more operations than the limit");
}

TEST(SessionRefusalTest, WhatWasAskedBeforeIsAnsweredBeforeTheGoodbye) {
  BinaryServer server;
  const auto client = server.Connect();
  server.log().Shut();
  v1::Request request;
  *request.add_operations() = ChargeOf(7, 500, "k");
  client->Send(FrameOf(request, 1) + FrameOf(FrameKind::kHello, 0, ""));
  server.log().AwaitHeld();
  server.log().Open();
  EXPECT_EQ(client->ReceiveAnswer(1).results(0).balance().total(), 500);
  EXPECT_EQ(ReasonFor(*client), "only requests may follow the hello");
}

TEST(SessionRefusalTest, NothingAfterABrokenFrameIsDone) {
  BinaryServer server;
  auto client = server.Connect();
  v1::Request request;
  *request.add_operations() = ChargeOf(7, 500, "k");
  client->Send(FrameOf(FrameKind::kGoodbye, 0, "") + FrameOf(request, 1));
  EXPECT_EQ(ReasonFor(*client), "only requests may follow the hello");
  client = server.Connect();
  EXPECT_EQ(client->Ask(BalanceOf(7)).balance().total(), 0);
}

TEST(SessionRefusalTest, TheReasonReachesAPeerThatIsStillSending) {
  BinaryServer server;
  const auto client = server.Connect();
  // More than both sockets hold: closing at once would reset the connection over the goodbye.
  client->Send(FrameOf(FrameKind::kGoodbye, 0, ""));
  const std::string flood(1 << 20, 'x');
  for (int i = 0; i < 16 && client->Send(flood); ++i) {
  }
  client->ShutSending();
  EXPECT_EQ(ReasonFor(*client), "only requests may follow the hello");
}

TEST(SessionRefusalTest, RandomBodiesAreAnsweredOrRefusedAndHurtNobody) {
  BinaryServer server;
  std::mt19937_64 random(4);
  int answered = 0, refused = 0;
  for (int round = 0; round < 500; ++round) {
    // Damaged requests get further than noise.
    v1::Request request;
    *request.add_operations() = ChargeOf(7, 1, "k");
    *request.add_operations() = WithdrawOf(7, 1, "w");
    std::string body = request.SerializeAsString();
    for (int i = 0; i < 3; ++i) body[random() % body.size()] = static_cast<char>(random());
    const auto client = server.Connect();
    client->Send(FrameOf(FrameKind::kRequest, 1, body));
    client->ShutSending();
    const auto frame = client->Receive();
    ASSERT_TRUE(frame);
    frame->header.kind == FrameKind::kResponse ? ++answered : ++refused;
    EXPECT_TRUE(client->AtEnd());
  }
  EXPECT_GT(answered, 0);
  EXPECT_GT(refused, 0);
  EXPECT_EQ(server.Connect()->Ask(ChargeOf(8, 500, "k")).balance().total(), 500);
}

TEST(SessionRefusalTest, OneBrokenConnectionHurtsNoOther) {
  BinaryServer server;
  const auto good = server.Connect();
  EXPECT_NE(ReasonFor(server, FrameOf(FrameKind::kGoodbye, 0, "")), "");
  EXPECT_EQ(good->Ask(ChargeOf(7, 500, "k")).balance().total(), 500);
}

}  // namespace
}  // namespace wallet
