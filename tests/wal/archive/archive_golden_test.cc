// Archives of version 1 are read by every later program.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/wal/archive/archive_fixture.h"

namespace wallet {
namespace {

using testing::ArchivedLog;
using testing::kDirectory;

// The first is stored as it is, the second compressed.
constexpr const char* kNames[] = {"segment-00000000000000000001-00000000000000000020",
                                  "segment-00000000000000000021-00000000000000000060"};

std::string Golden(const std::string& name) {
  std::ifstream file(WALLET_ARCHIVE_GOLDEN_DIR "/archive_v1/" + name, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

TEST(ArchiveGoldenTest, AnArchiveOfVersion1IsRead) {
  MemoryFiles files;
  for (const char* name : kNames) files.Put(std::string(kDirectory) + "/" + name, Golden(name));
  ArchivedLog ledger;
  ledger.AppendMany(30);
  const auto archive = ArchiveReader::Open(files, kDirectory);
  ASSERT_TRUE(archive.ok()) << archive.status();
  EXPECT_EQ((*archive)->genesis(), ledger.genesis);
  const auto read = testing::ReadArchive(**archive);
  EXPECT_EQ(read.status, absl::OkStatus());
  EXPECT_EQ(read.records, ledger.happened);
  EXPECT_EQ(ledger.Copy(files), absl::OkStatus());
}

// What is compressed differs with the version of zstd.
TEST(ArchiveGoldenTest, TheSameRecordsWriteTheSameBytes) {
  MemoryFiles files;
  ArchivedLog ledger(testing::kSeed, {.compression_level = 0});
  ledger.AppendMany(10);
  ASSERT_EQ(ledger.Copy(files), absl::OkStatus());
  EXPECT_TRUE(files.Get(std::string(kDirectory) + "/" + kNames[0]) == Golden(kNames[0]));
}

}  // namespace
}  // namespace wallet
