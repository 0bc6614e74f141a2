#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "net/session_input.h"
#include "net/session_output.h"

namespace wallet {
namespace {

// As a socket would: at most what there is room for.
size_t Fill(SessionInput& input, std::string_view bytes) {
  const auto space = input.Space();
  const size_t size = std::min(bytes.size(), space.size());
  std::copy_n(bytes.data(), size, space.data());
  input.Commit(size);
  return size;
}

TEST(SessionInputTest, GivesBackWhatWasReadInOrder) {
  std::mt19937 random(1);
  std::string sent, taken;
  SessionInput input;
  for (int round = 0; round < 2'000; ++round) {
    const std::string more(random() % 3'000, static_cast<char>('a' + round % 26));
    sent += more.substr(0, Fill(input, more));
    const size_t take = random() % (input.bytes().size() + 1);
    taken += input.bytes().substr(0, take);
    input.Consume(take);
  }
  taken += input.bytes();
  EXPECT_EQ(taken, sent);
}

TEST(SessionInputTest, GrowsOnlyWithWhatHasArrived) {
  SessionInput input;
  EXPECT_EQ(input.Space().size(), SessionInput::kInitialBytes);
  Fill(input, std::string(SessionInput::kInitialBytes - 1, 'x'));
  EXPECT_EQ(input.Space().size(), 1u);
  Fill(input, "x");
  EXPECT_EQ(input.Space().size(), SessionInput::kInitialBytes);
}

TEST(SessionInputTest, AWholeFrameFitsExactly) {
  SessionInput input;
  while (input.bytes().size() < kMaxFrameBytes) {
    Fill(input, std::string(kMaxFrameBytes - input.bytes().size(), 'x'));
  }
  EXPECT_EQ(input.bytes().size(), kMaxFrameBytes);
}

TEST(SessionInputTest, ShrinksToTheStart) {
  SessionInput input;
  while (input.bytes().size() < 20'000) Fill(input, std::string(4'096, 'x'));
  EXPECT_FALSE(input.ShouldShrink());
  input.Consume(input.bytes().size());
  ASSERT_TRUE(input.ShouldShrink());
  input.Shrink();
  EXPECT_FALSE(input.ShouldShrink());
  EXPECT_EQ(input.Space().size(), SessionInput::kInitialBytes);
}

TEST(SessionOutputTest, WhatGathersDuringAWriteLeavesAsOne) {
  SessionOutput output;
  EXPECT_FALSE(output.Begin());
  output.gathering() += "one";
  EXPECT_TRUE(output.Begin());
  output.gathering() += "two";
  output.gathering() += "three";
  EXPECT_FALSE(output.Begin()) << "the first has not left";
  EXPECT_EQ(output.unsent(), "one");
  EXPECT_EQ(output.queued_bytes(), 11u);
  output.Advance(1);
  EXPECT_EQ(output.unsent(), "ne");
  output.Advance(2);
  EXPECT_TRUE(output.Begin());
  EXPECT_EQ(output.unsent(), "twothree");
}

TEST(SessionOutputTest, RequestsAreAnsweredWhenTheirLastByteHasLeft) {
  SessionOutput output;
  output.gathering() += "12345";
  output.CountRequests(2);
  ASSERT_TRUE(output.Begin());
  output.gathering() += "678";
  output.CountRequests(1);
  EXPECT_EQ(output.Advance(4), 0u);
  EXPECT_EQ(output.Advance(1), 2u);
  ASSERT_TRUE(output.Begin());
  EXPECT_EQ(output.Advance(3), 1u);
  EXPECT_EQ(output.queued_bytes(), 0u);
}

}  // namespace
}  // namespace wallet
