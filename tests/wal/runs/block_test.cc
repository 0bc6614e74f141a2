#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "wal/base/coding.h"
#include "wal/base/hash.h"
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

// A block of these varints, under its checksum; a value is its length and nothing behind it.
std::string ForgedBlock(std::initializer_list<uint64_t> numbers) {
  std::string contents;
  for (const uint64_t number : numbers) PutVarint(contents, number);
  std::string bytes;
  PutFixed<uint64_t>(bytes, Xxh3(contents, kSeed));
  return bytes + contents;
}

TEST(RunBlockTest, WhatNoWriterWritesIsRefusedUnderAnyChecksum) {
  RunBlock block;
  EXPECT_EQ(block.Decode(ForgedBlock({5, 1, 0, 0, 1, 0}), kSeed), "") << "5.1 and 5.2";
  EXPECT_EQ(block.size(), 2u);
  const std::pair<std::string, std::string_view> refused[] = {
      {ForgedBlock({}), "a block is too short"},
      {ForgedBlock({5, 1, 0, 0, 0, 0}), "a block's keys do not ascend"},           // 5.1 twice
      {ForgedBlock({5, 1, 0, 0, UINT64_MAX, 0}), "a block's keys do not ascend"},  // 5.0
      {ForgedBlock({5, 1, 0, UINT64_MAX, 9, 0}), "a block's keys do not ascend"},  // 4.9
      {ForgedBlock({5, 1, 3}), "a block ends within an entry"},                    // no value
      {ForgedBlock({5, 1, 0, 0, 1}), "a block ends within an entry"},              // no size
  };
  for (const auto& [bytes, problem] : refused) {
    EXPECT_EQ(block.Decode(bytes, kSeed), problem);
    EXPECT_EQ(block.size(), 0u);
  }
}

TEST(RunBlockDeathTest, KeysMustAscend) {
  RunBlockBuilder builder;
  EXPECT_TRUE(builder.Add({1, 1}, ""));
  EXPECT_DEATH(builder.Add({1, 1}, ""), "CHECK failed");
  EXPECT_DEATH(builder.Add({0, 2}, ""), "CHECK failed");
}

}  // namespace
}  // namespace wallet
