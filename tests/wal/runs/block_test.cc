#include <gtest/gtest.h>

#include <string>

#include "wal/runs/limits.h"
#include "wal/runs/run_block.h"

namespace wallet {
namespace {

constexpr uint64_t kSeed = 5;

std::string Sample() {
  RunBlockBuilder builder;
  EXPECT_TRUE(builder.Add({0, 0}, ""));
  EXPECT_TRUE(builder.Add({0, 7}, "seven"));
  EXPECT_TRUE(builder.Add({300, 5}, "a group further on"));
  EXPECT_TRUE(builder.Add({UINT64_MAX, UINT64_MAX}, "the last"));
  return std::string(builder.Seal(kSeed));
}

TEST(RunBlockTest, WhatIsEncodedIsDecoded) {
  const std::string bytes = Sample();
  RunBlock block;
  ASSERT_EQ(block.Decode(bytes, kSeed), "");
  ASSERT_EQ(block.size(), 4u);
  EXPECT_EQ(block[0].key, (RunKey{0, 0}));
  EXPECT_EQ(block[1].value, "seven");
  EXPECT_EQ(block[2].key, (RunKey{300, 5}));
  EXPECT_EQ(block[3].key, kLastRunKey);
  EXPECT_EQ(block.LowerBound({0, 7}), 1u);
  EXPECT_EQ(block.LowerBound({0, 8}), 2u);
  EXPECT_EQ(block.UpperBound({0, 7}), 2u);
  EXPECT_EQ(block.UpperBound({0, 6}), 1u);
}

TEST(RunBlockTest, AFullBlockTakesNoMoreAndAnEmptyOneTakesAnything) {
  RunBlockBuilder builder;
  uint64_t entries = 0;
  while (builder.Add({1, entries}, "0123456789")) ++entries;
  EXPECT_LE(builder.size_bytes(), kRunBlockBytes);
  EXPECT_GT(builder.size_bytes() + 13, kRunBlockBytes);
  const std::string bytes(builder.Seal(kSeed));
  RunBlock block;
  EXPECT_EQ(block.Decode(bytes, kSeed), "");
  EXPECT_EQ(block.size(), entries);

  builder.Clear();
  EXPECT_TRUE(builder.Add(kLastRunKey, std::string(kMaxRunValueBytes, 'x')));
  EXPECT_LE(builder.size_bytes(), kMaxRunBlockBytes);
  EXPECT_EQ(block.Decode(builder.Seal(kSeed), kSeed), "");
  EXPECT_EQ(block[0].value.size(), kMaxRunValueBytes);
}

TEST(RunBlockTest, EveryFlippedBitIsSeen) {
  const std::string good = Sample();
  RunBlock block;
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_NE(block.Decode(bad, kSeed), "") << bit;
    EXPECT_EQ(block.size(), 0u);
  }
}

TEST(RunBlockTest, EveryTruncationIsSeen) {
  const std::string good = Sample();
  RunBlock block;
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_NE(block.Decode(good.substr(0, size), kSeed), "") << size;
  }
}

TEST(RunBlockTest, AnIntactBlockInAnotherPlaceIsSeen) {
  RunBlock block;
  EXPECT_NE(block.Decode(Sample(), kSeed + 1), "");
}

TEST(RunBlockDeathTest, KeysMustAscend) {
  RunBlockBuilder builder;
  EXPECT_TRUE(builder.Add({1, 1}, ""));
  EXPECT_DEATH(builder.Add({1, 1}, ""), "CHECK failed");
  EXPECT_DEATH(builder.Add({0, 2}, ""), "CHECK failed");
}

}  // namespace
}  // namespace wallet
