#include "wal/runs/block_index.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "wal/base/coding.h"
#include "wal/runs/limits.h"

namespace wallet {
namespace {

BlockIndex IndexOf(size_t blocks) {
  BlockIndex index(100);
  for (size_t i = 0; i < blocks; ++i) {
    index.Add({i / 3, 10 * i}, static_cast<uint32_t>(i % 2 == 0 ? 1 + i : kMaxRunBlockBytes));
  }
  return index;
}

TEST(BlockIndexTest, WhatIsEncodedIsDecoded) {
  for (const size_t blocks : {1, 2, 255, 256, 257, 1000}) {
    const BlockIndex index = IndexOf(blocks);
    const auto decoded = BlockIndex::Decode(index.Encode(), 100);
    ASSERT_TRUE(decoded) << blocks;
    ASSERT_EQ(decoded->blocks(), blocks);
    EXPECT_EQ(decoded->end(), index.end());
    uint64_t offset = 100;
    for (size_t i = 0; i < blocks; ++i) {
      ASSERT_EQ(decoded->first(i), index.first(i));
      ASSERT_EQ(decoded->offset(i), offset);
      offset += decoded->size_bytes(i);
    }
    EXPECT_EQ(offset, index.end());
    EXPECT_LE(decoded->memory_bytes(), 20 * blocks + 8 * (blocks / 256 + 1));
  }
}

TEST(BlockIndexTest, FindsTheLastBlockThatBeginsAtOrBeforeAKey) {
  const BlockIndex index = IndexOf(6);  // (0,0) (0,10) (0,20) (1,30) (1,40) (1,50)
  EXPECT_EQ(index.Find({0, 0}), 0u);
  EXPECT_EQ(index.Find({0, 9}), 0u);
  EXPECT_EQ(index.Find({0, 10}), 1u);
  EXPECT_EQ(index.Find({1, 0}), 2u);
  EXPECT_EQ(index.Find(kLastRunKey), 5u);
  BlockIndex late(0);
  late.Add({5, 5}, 1);
  EXPECT_EQ(late.Find({0, 0}), 0u);
}

TEST(BlockIndexTest, EveryTruncationIsSeenAndSoIsMore) {
  const std::string good = IndexOf(5).Encode();
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(BlockIndex::Decode(good.substr(0, size), 100)) << size;
  }
  EXPECT_FALSE(BlockIndex::Decode(good + '\0', 100));
}

bool Reads(std::initializer_list<uint64_t> numbers) {
  std::string bytes;
  for (const uint64_t number : numbers) PutVarint(bytes, number);
  return BlockIndex::Decode(bytes, 100).has_value();
}

TEST(BlockIndexTest, WhatNoWriterWritesIsRefused) {
  EXPECT_TRUE(Reads({2, 5, 1, 10, 0, 1, 10})) << "5.1 and 5.2, of 10 bytes each";
  EXPECT_FALSE(Reads({0})) << "no blocks";
  EXPECT_FALSE(Reads({1, 5, 1, 0})) << "a block of no bytes";
  EXPECT_FALSE(Reads({1, 5, 1, kMaxRunBlockBytes + 1})) << "one that is too large";
  EXPECT_FALSE(Reads({2, 5, 1, 10, 0, 0, 10})) << "5.1 twice";
  EXPECT_FALSE(Reads({2, 5, 1, 10, 0, UINT64_MAX, 10})) << "5.0 behind 5.1";
  EXPECT_FALSE(Reads({2, 5, 1, 10, UINT64_MAX, 9, 10})) << "4.9 behind 5.1";
}

}  // namespace
}  // namespace wallet
