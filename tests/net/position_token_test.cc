#include "net/position_token.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace wallet {
namespace {

TEST(PositionTokenTest, TheTextIsPinned) {
  EXPECT_EQ(FormatPositionToken("k3v7qm2a", Position(500)), "k3v7qm2a-1f4");
  EXPECT_EQ(FormatPositionToken("k3v7qm2a", Position(0)), "k3v7qm2a-0");
  EXPECT_EQ(FormatPositionToken("k3v7qm2a", Position(UINT64_MAX)), "k3v7qm2a-ffffffffffffffff");
}

TEST(PositionTokenTest, AnEpochIsWrittenAsItsText) {
  const Epoch epoch(0x123456789a);
  EXPECT_EQ(FormatPositionToken(epoch, Position(10)), epoch.ToString() + "-a");
}

TEST(PositionTokenTest, WhatWasFormattedParses) {
  for (const uint64_t value : {uint64_t{0}, uint64_t{1}, uint64_t{255}, UINT64_MAX}) {
    const std::string text = FormatPositionToken("aaaaaaaa", Position(value));
    const auto token = ParsePositionToken(text);
    ASSERT_TRUE(token) << text;
    EXPECT_EQ(token->epoch, "aaaaaaaa");
    EXPECT_EQ(token->position, Position(value));
  }
}

TEST(PositionTokenTest, NothingElseParses) {
  for (const char* text :
       {"", "-", "aaaaaaaa", "aaaaaaaa-", "aaaaaaa-1", "aaaaaaaaa-1", "aaaaaaaa-01", "aaaaaaaa-+1",
        "aaaaaaaa--1", "aaaaaaaa-1F", "aaaaaaaa-g", "aaaaaaaa-1 ", "aaaaaaaa- 1", "aaaaaaaa-0x1",
        "aaaaaaaa-10000000000000000"}) {
    EXPECT_FALSE(ParsePositionToken(text)) << text;
  }
}

}  // namespace
}  // namespace wallet
