#include "engine/snapshot_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;

SnapshotMetadata Sample() {
  SnapshotMetadata metadata;
  metadata.position = Position(1'234'567);
  for (size_t i = 0; i < metadata.chain_hash.size(); ++i) {
    metadata.chain_hash[i] = static_cast<uint8_t>(i);
  }
  metadata.epoch = *Epoch::Parse("7f76xd36");
  metadata.default_currency = *Currency::Parse("EUR");
  metadata.last_stamp = Instant(1'700'000'000'123'456);
  metadata.created_at = Instant(1'700'000'001'000'000);
  metadata.sections = {
      {.accounts = 5, .open_withdrawals = 0, .digest = {.low = 1, .high = 2}},
      {.accounts = 300, .open_withdrawals = 7, .digest = {.low = UINT64_MAX, .high = 3}}};
  return metadata;
}

// Version 1, as it is in files that exist.
constexpr char kGolden[] =
    "0100000087d6120000000000000102030405060708090a0b0c0d0e0f101112131415161718191a1b"
    "1c1d1e1ffe9eaeff971f455552c0c480c1c1c48203c084b6c1c1c482030205000100000000000000"
    "0200000000000000ac0207ffffffffffffffff0300000000000000";

TEST(SnapshotMetadataTest, TheBytesOfVersion1AreWhatTheyWere) {
  EXPECT_EQ(absl::BytesToHexString(EncodeSnapshotMetadata(Sample())), kGolden);
  const auto decoded = DecodeSnapshotMetadata(absl::HexStringToBytes(kGolden), "x");
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, Sample());
}

TEST(SnapshotMetadataTest, ANewerVersionIsRefusedNamingBoth) {
  std::string bytes = EncodeSnapshotMetadata(Sample());
  bytes[0] = 2;
  const absl::Status status = DecodeSnapshotMetadata(bytes, "/s/snapshot-1").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  for (const char* part : {"/s/snapshot-1", "version 2", "version 1"}) {
    EXPECT_THAT(std::string(status.message()), HasSubstr(part));
  }
}

TEST(SnapshotMetadataTest, WhatIsCutOrLongerOrVersionZeroIsDamaged) {
  const std::string bytes = EncodeSnapshotMetadata(Sample());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(DecodeSnapshotMetadata(bytes.substr(0, size), "x").status().code(),
              absl::StatusCode::kDataLoss)
        << size;
  }
  EXPECT_FALSE(DecodeSnapshotMetadata(bytes + '\0', "x").ok());
  std::string zero = bytes;
  zero[0] = 0;
  EXPECT_EQ(DecodeSnapshotMetadata(zero, "x").status().code(), absl::StatusCode::kDataLoss);
}

TEST(SnapshotMetadataTest, DigestsOfSectionsAddUpToTheWhole) {
  EXPECT_EQ(TotalDigest(Sample()), (Digest{.low = 0, .high = 6}));
}

}  // namespace
}  // namespace wallet
