// A footer whose checksum is right, and which says of the file what none can be.
#include "wal/runs/run_footer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <string>

#include "wal/base/hash.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kFooterSalt = 7;
constexpr uint64_t kFooterOffset = kRunHeaderBytes + 1'000;
constexpr uint64_t kFooterFileBytes = kFooterOffset + kRunFooterBytes;

RunFooter SampleFooter() {
  RunFooter footer;
  footer.summary = {
      .entries = 10, .groups = 4, .first = {1, 2}, .last = {3, 4}, .size_bytes = kFooterFileBytes};
  footer.blocks = 2;
  footer.index = {.offset = kRunHeaderBytes + 800, .size_bytes = 100, .checksum = 5};
  footer.filter = {.offset = kRunHeaderBytes + 900, .size_bytes = 100, .checksum = 6};
  return footer;
}

// With the checksum of the place where it stands, whatever it says of that.
std::string ForgedFooter(const RunFooter& footer) {
  std::string bytes = EncodeRunFooter(footer, kFooterSalt);
  const size_t covered = bytes.size() - kRunChecksumBytes;
  const uint64_t checksum =
      Xxh3(std::string_view(bytes).substr(0, covered), RunChecksumSeed(kFooterSalt, kFooterOffset));
  std::memcpy(bytes.data() + covered, &checksum, sizeof(checksum));
  return bytes;
}

absl::StatusOr<RunFooter> DecodedFooter(const RunFooter& footer) {
  return DecodeRunFooter(ForgedFooter(footer), kFooterSalt, kFooterFileBytes, "/run");
}

TEST(RunFooterTest, WhatIsEncodedIsDecoded) {
  const auto footer = DecodedFooter(SampleFooter());
  ASSERT_TRUE(footer.ok()) << footer.status();
  EXPECT_EQ(footer->summary, SampleFooter().summary);
  EXPECT_EQ(footer->blocks, 2u);
  EXPECT_EQ(footer->index.end(), footer->filter.offset);
  EXPECT_EQ(footer->filter.end(), kFooterOffset);
}

TEST(RunFooterTest, WhatFitsNoFileIsRefused) {
  const std::function<void(RunFooter&)> lies[] = {
      [](RunFooter& f) { f.index.offset = kRunHeaderBytes - 1; },
      [](RunFooter& f) { f.index.offset = kFooterOffset + 1; },
      [](RunFooter& f) { f.index.size_bytes = 201; },
      [](RunFooter& f) { f.index.size_bytes = UINT64_MAX; },
      [](RunFooter& f) { --f.index.size_bytes; },
      [](RunFooter& f) { --f.filter.size_bytes; },
      [](RunFooter& f) { f.blocks = 0; },
      [](RunFooter& f) { f.summary.groups = 0; },
      [](RunFooter& f) { f.summary.groups = 11; },
      [](RunFooter& f) { f.blocks = 11; },
      [](RunFooter& f) {
        f.summary.first = {3, 5};
      },
  };
  for (const auto& lie : lies) {
    RunFooter footer = SampleFooter();
    lie(footer);
    const absl::Status status = DecodedFooter(footer).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << (&lie - lies);
    EXPECT_THAT(std::string(status.message()), HasSubstr("does not fit the file"));
    EXPECT_THAT(std::string(status.message()), HasSubstr("byte " + std::to_string(kFooterOffset)));
  }
}

}  // namespace
}  // namespace wallet
