// Old snapshots still open, and the bytes of this version do not change by themselves.
#include <gtest/gtest.h>

#include <string>

#include "tests/snapshot/sample.h"
#include "tests/support/memory_files.h"

namespace wallet {
namespace {

TEST(SnapshotGoldenTest, SnapshotsOfVersion1Open) {
  for (const char* name : {"/snapshot_v1_plain.bin", "/snapshot_v1_zstd.bin"}) {
    EXPECT_EQ(CheckSample(PosixFileSystem(), std::string(WALLET_GOLDEN_DIR) + name),
              absl::OkStatus());
  }
}

// Compressed bytes may change with zstd's version; all others are ours.
TEST(SnapshotGoldenTest, TheBytesAreThoseOfTheGoldenFile) {
  MemoryFiles files;
  ASSERT_TRUE(WriteSample(files, "/snapshot").ok());
  EXPECT_EQ(
      files.Get("/snapshot"),
      PosixFileSystem().ReadFile(WALLET_GOLDEN_DIR "/snapshot_v1_plain.bin").value_or("missing"));
}

}  // namespace
}  // namespace wallet
