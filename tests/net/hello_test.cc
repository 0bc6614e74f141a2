#include <gtest/gtest.h>

#include <string>

#include "net/limits.h"
#include "net/proto/frame.h"
#include "net/session_hello.h"

namespace wallet {
namespace {

ServerIdentity Identity() {
  return {.version = "0.1.0",
          .epoch = "abcdefgh",
          .bank = "sim",
          .default_currency = *Currency::Parse("USD")};
}

std::string Hello(uint32_t min_version, uint32_t max_version, std::string credentials = "") {
  v1::Hello hello;
  hello.set_min_version(min_version);
  hello.set_max_version(max_version);
  hello.set_credentials(credentials);
  hello.set_client("test");
  return hello.SerializeAsString();
}

TEST(HelloTest, AWelcomeSaysWhoAndWhatLimits) {
  const auto welcome = AnswerHello(Hello(1, 1), Identity());
  ASSERT_TRUE(welcome);
  EXPECT_FALSE(welcome->has_error());
  EXPECT_EQ(welcome->version(), 1u);
  EXPECT_EQ(welcome->epoch(), "abcdefgh");
  EXPECT_EQ(welcome->bank(), "sim");
  EXPECT_EQ(welcome->server(), "0.1.0");
  EXPECT_EQ(welcome->default_currency(), "USD");
  EXPECT_EQ(welcome->limits().max_frame_bytes(), kMaxFrameBytes);
  EXPECT_EQ(welcome->limits().max_operations_per_frame(), kMaxOperationsPerFrame);
  EXPECT_EQ(welcome->limits().max_frames_in_flight(), kMaxFramesInFlight);
}

TEST(HelloTest, TheVersionChosenIsOneBothSpeak) {
  EXPECT_EQ(AnswerHello(Hello(0, 9), Identity())->version(), 1u);
  for (const auto& [low, high] : {std::pair(2, 9), std::pair(0, 0), std::pair(2, 1)}) {
    const auto refusal = AnswerHello(Hello(low, high), Identity());
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->version(), 0u);
    EXPECT_EQ(refusal->error().field(), "max_version");
  }
}

TEST(HelloTest, CredentialsAreRefusedUntilTheyMeanSomething) {
  const auto refusal = AnswerHello(Hello(1, 1, "secret"), Identity());
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->version(), 0u);
  EXPECT_EQ(refusal->error().field(), "credentials");
}

TEST(HelloTest, WhatIsNoHelloIsNotAnswered) {
  EXPECT_FALSE(AnswerHello("\xff\xff\xff", Identity()));
}

TEST(HelloTest, AGoodbyeIsAFrameWithItsReason) {
  std::string out;
  AppendGoodbye(Outcome::kMalformedRequest, "why", out);
  const ParsedFrame frame = ParseFrame(out, kMaxFrameBytes);
  ASSERT_EQ(frame.state, ParsedFrame::State::kFrame);
  EXPECT_EQ(frame.header.kind, FrameKind::kGoodbye);
  EXPECT_EQ(frame.header.request_id, 0u);
  v1::Error error;
  ASSERT_TRUE(error.ParseFromString(std::string(frame.body)));
  EXPECT_EQ(error.code(), 1u);
  EXPECT_EQ(error.message(), "why");
}

}  // namespace
}  // namespace wallet
