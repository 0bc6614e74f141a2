#include "wal/record.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace wallet {
namespace {

const Sha256 kPrevious = GenesisHash("seed");

std::string Sample(Sha256* hash) {
  const std::string_view parts[] = {"three ", "events"};
  return EncodeRecord(Position(7), 3, kPrevious, parts, hash);
}

TEST(RecordTest, WhatIsEncodedIsDecoded) {
  Sha256 hash{};
  const std::string bytes = Sample(&hash);
  const auto view = DecodeRecord(bytes, Position(7), kPrevious);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->first, Position(7));
  EXPECT_EQ(view->last(), Position(9));
  EXPECT_EQ(view->payload, "three events");
  EXPECT_EQ(view->bytes, bytes);
  EXPECT_EQ(view->hash, hash);
}

TEST(RecordTest, TheBytesAreThoseOfTheGoldenFile) {
  Sha256 hash{};
  std::ifstream file(WALLET_GOLDEN_DIR "/record_v1.bin", std::ios::binary);
  const std::string golden((std::istreambuf_iterator<char>(file)), {});
  ASSERT_FALSE(golden.empty());
  EXPECT_EQ(Sample(&hash), golden);
}

TEST(RecordTest, EveryFlippedBitIsSeen) {
  Sha256 hash{};
  const std::string good = Sample(&hash);
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(DecodeRecord(bad, Position(7), kPrevious).ok()) << bit;
  }
}

TEST(RecordTest, EveryTruncationIsSeen) {
  Sha256 hash{};
  const std::string good = Sample(&hash);
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(DecodeRecord(good.substr(0, size), Position(7), kPrevious).ok()) << size;
  }
}

TEST(RecordTest, AnIntactRecordInTheWrongPlaceIsSeen) {
  Sha256 hash{};
  const std::string bytes = Sample(&hash);
  EXPECT_FALSE(DecodeRecord(bytes, Position(8), kPrevious).ok());
  EXPECT_FALSE(DecodeRecord(bytes, Position(7), GenesisHash("another")).ok());
}

}  // namespace
}  // namespace wallet
