// Every damage to a snapshot is found, and says where and what to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <string_view>
#include <utility>

#include "snapshot/chunk.h"
#include "snapshot/container.h"
#include "snapshot/format.h"
#include "snapshot/limits.h"
#include "tests/snapshot/sample.h"
#include "tests/support/forwarding_files.h"
#include "tests/support/memory_files.h"
#include "tests/support/temp_dir.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;

// Without compression and with.
class SnapshotDamageTest : public ::testing::TestWithParam<int> {
 protected:
  SnapshotDamageTest() {
    EXPECT_TRUE(WriteSample(files_, kPath, SmallChunks(GetParam())).ok());
    good_ = files_.Get(kPath);
  }

  absl::Status Check(std::string_view bytes) {
    files_.Put(kPath, bytes);
    return CheckSample(files_, kPath);
  }
  void ExpectFound(std::string_view bytes, const std::string& what) {
    const absl::Status status = Check(bytes);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << what << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("/snapshot")) << what;
    EXPECT_THAT(std::string(status.message()), HasSubstr("at byte ")) << what;
    EXPECT_THAT(std::string(status.message()), HasSubstr("restore a backup")) << what;
  }

  MemoryFiles files_;
  std::string good_;
};

INSTANTIATE_TEST_SUITE_P(Levels, SnapshotDamageTest, ::testing::Values(0, 1));

TEST_P(SnapshotDamageTest, EveryFlippedBitIsFound) {
  ASSERT_EQ(Check(good_), absl::OkStatus());
  for (size_t bit = 0; bit < good_.size() * 8; ++bit) {
    std::string bad = good_;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    ExpectFound(bad, "bit " + std::to_string(bit));
  }
}

TEST_P(SnapshotDamageTest, EveryOtherValueOfAByteIsFound) {
  for (size_t byte = 0; byte < good_.size(); ++byte) {
    for (const int change : {0xff, 0x55, 0x81}) {
      std::string bad = good_;
      bad[byte] = static_cast<char>(bad[byte] ^ change);
      ExpectFound(bad, "byte " + std::to_string(byte));
    }
  }
}

TEST_P(SnapshotDamageTest, EveryTruncationIsFound) {
  for (size_t size = 0; size < good_.size(); ++size) {
    ExpectFound(good_.substr(0, size), "size " + std::to_string(size));
  }
}

TEST_P(SnapshotDamageTest, WhatWasAppendedIsFound) {
  ExpectFound(good_ + '\0', "a zero");
  ExpectFound(good_ + std::string(4096, '\0'), "a page of zeros");
  ExpectFound(good_ + good_, "itself");
  for (size_t size = 1; size <= good_.size(); ++size) {
    ExpectFound(good_ + good_.substr(good_.size() - size), "its end");
  }
}

// Whoever lists snapshots opens them without reading all: another length must show.
TEST_P(SnapshotDamageTest, AnotherLengthIsFoundByOpening) {
  const auto open = [&](const std::string& bytes) {
    files_.Put(kPath, bytes);
    return SnapshotReader::Open(files_, kPath).status().code();
  };
  for (size_t size = 0; size < good_.size(); ++size) {
    EXPECT_EQ(open(good_.substr(0, size)), absl::StatusCode::kDataLoss) << size;
    EXPECT_EQ(open(good_ + good_.substr(size)), absl::StatusCode::kDataLoss) << size;
  }
}

TEST_P(SnapshotDamageTest, EveryByteRemovedOrPutInIsFound) {
  for (size_t at = 0; at < good_.size(); ++at) {
    ExpectFound(good_.substr(0, at) + good_.substr(at + 1), "removed " + std::to_string(at));
    ExpectFound(good_.substr(0, at) + 'x' + good_.substr(at), "put in " + std::to_string(at));
  }
}

TEST_P(SnapshotDamageTest, ZeroedBlocksAreFound) {
  for (size_t at = 0; at < good_.size(); at += 16) {
    std::string bad = good_;
    for (size_t i = at; i < std::min(at + 16, bad.size()); ++i) bad[i] = '\0';
    if (bad != good_) ExpectFound(bad, "zeros at " + std::to_string(at));
  }
}

// Without compression all full chunks are of one size.
TEST(SnapshotChunksTest, WholeChunksInEachOthersPlaceAreFound) {
  MemoryFiles files;
  ASSERT_TRUE(WriteSample(files, kPath).ok());
  const std::string good = files.Get(kPath);
  constexpr size_t kFull = kChunkHeaderBytes + 64;
  std::string swapped = good;
  swapped.replace(kPreambleBytes, kFull, good, kPreambleBytes + kFull, kFull);
  swapped.replace(kPreambleBytes + kFull, kFull, good, kPreambleBytes, kFull);
  ASSERT_NE(swapped, good);
  files.Put(kPath, swapped);
  const absl::Status status = CheckSample(files, kPath);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("at byte 24: the chunk is whole"));
}

TEST(SnapshotChunksTest, OnlyTheSectionThatIsDamagedIsRefused) {
  MemoryFiles files;
  ASSERT_TRUE(WriteSample(files, kPath).ok());
  std::string bad = files.Get(kPath);
  bad[kPreambleBytes + kChunkHeaderBytes] ^= 1;  // the first chunk
  files.Put(kPath, bad);
  const auto reader = *SnapshotReader::Open(files, kPath);
  const absl::Status status = ReadAll(*reader, "accounts/0").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("at byte 24: the chunk does not match"));
  EXPECT_EQ(*ReadAll(*reader, "keys"), SampleKeys());
}

// All checksums in order, the contents not: by no writer of ours.
absl::Status OpenForged(const std::string& chunks, const std::string& manifest) {
  const std::string start = EncodePreamble(kSnapshotFormat) + chunks;
  const Footer footer = {start.size(), manifest.size(), Xxh3(manifest)};
  const Sha256 hash = Sha256Of({start, manifest, EncodeFooterStart(footer)});
  MemoryFiles files;
  files.Put(kPath, start + manifest + EncodeFooter(footer, hash));
  return SnapshotReader::Open(files, kPath).status();
}

TEST(SnapshotForgedTest, ChunksThatDoNotFillTheFileAreRefused) {
  const std::string none = EncodeManifest({});
  const std::string one = EncodeManifest({{"s"}, {{SectionNumber(0), 8, 8, 0}}, ""});
  const std::string bytes(kChunkHeaderBytes + 8, 'x');
  EXPECT_EQ(OpenForged("", none), absl::OkStatus());
  EXPECT_EQ(OpenForged(bytes, one), absl::OkStatus());
  EXPECT_EQ(OpenForged(bytes, none).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(OpenForged("", one).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(OpenForged(bytes + "x", one).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(OpenForged("", "not a manifest").code(), absl::StatusCode::kDataLoss);
}

TEST(SnapshotForgedTest, AnEndThatDoesNotFitItsFileIsRefused) {
  const std::string start = EncodePreamble(kSnapshotFormat) + "bytes";
  for (const Footer& footer :
       {Footer{0, start.size() + 1, 0}, Footer{0, kMaxManifestBytes + 1, 0},
        Footer{0, UINT64_MAX, 0}, Footer{start.size(), 1, 0}, Footer{start.size() - 2, 1, 0}}) {
    MemoryFiles files;
    files.Put(kPath, start + EncodeFooter(footer, {}));
    const absl::Status status = SnapshotReader::Open(files, kPath).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << footer.manifest_bytes;
    EXPECT_THAT(std::string(status.message()), HasSubstr("its end does not fit its length"));
  }
}

TEST(SnapshotForgedTest, AChunkThatDoesNotUnpackIsFound) {
  std::string chunk(kChunkHeaderBytes + 8, 'x');
  const uint64_t checksum = SealChunk({SectionNumber(0), 0, 9, 8, Codec::kNone}, chunk);
  const std::string manifest = EncodeManifest({{"s"}, {{SectionNumber(0), 9, 8, checksum}}, ""});
  const std::string start = EncodePreamble(kSnapshotFormat) + chunk;
  const Footer footer = {start.size(), manifest.size(), Xxh3(manifest)};
  MemoryFiles files;
  files.Put(kPath, start + manifest + EncodeFooter(footer, {}));
  const auto reader = SnapshotReader::Open(files, kPath);
  ASSERT_TRUE(reader.ok()) << reader.status();
  for (const absl::Status& status : {(*reader)->Verify(), ReadAll(**reader, "s").status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("the chunk does not decompress"));
  }
}

// Opened, and then not what it was.
TEST(SnapshotChangedTest, AFileThatChangesWhileItIsOpenIsFoundByVerifying) {
  const TempDir directory;
  const std::string path = directory.path() + "/snapshot";
  FileSystem& files = PosixFileSystem();
  ASSERT_TRUE(WriteSample(files, path).ok());
  const std::string good = *files.ReadFile(path);
  const size_t end = good.size() - kFooterBytes;
  Sha256 hash{};
  const auto footer = DecodeFooter(std::string_view(good).substr(end), &hash);
  ASSERT_TRUE(footer);
  hash[0] ^= 1;
  const auto reader = *SnapshotReader::Open(files, path);
  ASSERT_EQ(reader->Verify(), absl::OkStatus());
  const std::pair<std::string, std::string> changed[] = {
      {good.substr(0, end) + EncodeFooter(*footer, hash), "does not match its SHA-256"},
      {good.substr(0, end) + std::string(kFooterBytes, 'x'), "does not match its SHA-256"},
      {good.substr(0, good.size() - 1), "it is cut short"},
      {good.substr(0, kPreambleBytes + 9), "it is cut short"},
      {good.substr(0, 3), "it is cut short"}};
  for (const auto& [bytes, what] : changed) {
    std::ofstream(path, std::ios::trunc | std::ios::binary) << bytes;  // the same file
    const absl::Status status = reader->Verify();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << bytes.size();
    EXPECT_THAT(std::string(status.message()), HasSubstr(what)) << bytes.size();
  }
}

TEST(SnapshotChangedTest, AFileWithoutASizeIsNotOpened) {
  MemoryFiles files;
  ASSERT_TRUE(WriteSample(files, kPath).ok());
  SizelessFiles sizeless(files);
  EXPECT_EQ(SnapshotReader::Open(sizeless, kPath).status().code(), absl::StatusCode::kInternal);
}

TEST(SnapshotChangedTest, AReadThatFailsIsReportedByWhoeverReads) {
  MemoryFiles files;
  ASSERT_TRUE(WriteSample(files, kPath).ok());
  const auto check = [&] { return CheckSample(files, kPath); };
  uint64_t operation = 1;
  for (bool failed = true; failed; ++operation) {
    const uint64_t failing = files.operations() + operation;
    files.FailAt(failing, absl::UnavailableError("not now"));
    const absl::Status status = check();
    failed = files.operations() >= failing;
    EXPECT_EQ(status.ok(), !failed) << operation << status;
  }
  EXPECT_GT(operation, 10u);
}

TEST(SnapshotForgedTest, AnotherSha256IsFoundByVerifying) {
  MemoryFiles files;
  ASSERT_TRUE(WriteSample(files, kPath).ok());
  const std::string good = files.Get(kPath);
  const size_t end = good.size() - kFooterBytes;
  Sha256 hash{};
  const auto footer = DecodeFooter(std::string_view(good).substr(end), &hash);
  ASSERT_TRUE(footer);
  hash[0] ^= 1;
  files.Put(kPath, good.substr(0, end) + EncodeFooter(*footer, hash));
  const auto reader = SnapshotReader::Open(files, kPath);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ((*reader)->Verify().code(), absl::StatusCode::kDataLoss);
}

TEST(SnapshotVersionTest, ANewerOneIsRefusedNamingBoth) {
  MemoryFiles files;
  ASSERT_TRUE(WriteSample(files, kPath).ok());
  FileFormat newer = kSnapshotFormat;
  newer.version = 7;
  files.Put(kPath, EncodePreamble(newer) + files.Get(kPath).substr(kPreambleBytes));
  const absl::Status status = SnapshotReader::Open(files, kPath).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()), HasSubstr("version 7"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("up to 1"));
}

TEST(SnapshotVersionTest, AFileOfAnotherKindIsRefused) {
  MemoryFiles files;
  files.Put(kPath, EncodePreamble(kBackupFormat) + std::string(100, '\0'));
  EXPECT_EQ(SnapshotReader::Open(files, kPath).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace wallet
