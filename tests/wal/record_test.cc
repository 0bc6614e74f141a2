#include "wal/record.h"

#include <gtest/gtest.h>

#include <cstring>
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

// The sample with a number of its header changed, and the checksum that fits it.
template <class Number>
absl::Status DecodeWith(size_t offset, Number value) {
  constexpr size_t kChecksumAt = 56;
  Sha256 hash{};
  std::string bytes = Sample(&hash);
  std::memcpy(bytes.data() + offset, &value, sizeof(value));
  const uint64_t checksum =
      Xxh3(bytes.substr(kRecordHeaderBytes), Xxh3(bytes.substr(0, kChecksumAt)));
  std::memcpy(bytes.data() + kChecksumAt, &checksum, sizeof(checksum));
  return DecodeRecord(bytes, Position(7), kPrevious).status();
}

TEST(RecordTest, AHeaderThatNoVersionWritesIsSeen) {
  ASSERT_TRUE(DecodeWith<uint32_t>(4, 3).ok());
  for (const absl::Status& status : {DecodeWith<uint8_t>(1, 1), DecodeWith<uint32_t>(4, 0),
                                     DecodeWith<uint32_t>(4, kMaxEventsPerRecord + 1)}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_NE(status.message().find("no version writes"), absl::string_view::npos) << status;
  }
  const absl::Status size = DecodeWith<uint64_t>(16, 5);
  EXPECT_NE(size.message().find("not of the size"), absl::string_view::npos) << size;
}

TEST(RecordTest, TheLinkOfARecordIsReadWithoutTheRest) {
  Sha256 hash{};
  const std::string bytes = Sample(&hash);
  const auto link = LinkOf(bytes);
  ASSERT_TRUE(link.ok());
  EXPECT_EQ(link->first, Position(7));
  EXPECT_EQ(link->previous, kPrevious);
  EXPECT_EQ(LinkOf(bytes.substr(0, 64)).status().code(), absl::StatusCode::kDataLoss);
}

TEST(RecordTest, AnIntactRecordInTheWrongPlaceIsSeen) {
  Sha256 hash{};
  const std::string bytes = Sample(&hash);
  EXPECT_FALSE(DecodeRecord(bytes, Position(8), kPrevious).ok());
  EXPECT_FALSE(DecodeRecord(bytes, Position(7), GenesisHash("another")).ok());
}

}  // namespace
}  // namespace wallet
