// Whatever happens to a segment's bytes, it is told from what was written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/support/forwarding_files.h"
#include "tests/wal/archive/archive_fixture.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

using testing::ArchivedLog;
using ::testing::HasSubstr;
using testing::kDirectory;
using testing::ReadArchive;
using testing::SegmentsOn;

class ArchiveDamageTest : public ::testing::TestWithParam<SegmentWriterOptions> {
 protected:
  ArchiveDamageTest() : ledger_(testing::kSeed, GetParam()) {
    ledger_.AppendMany(8);
    EXPECT_EQ(ledger_.Copy(files_), absl::OkStatus());
    path_ = std::string(kDirectory) + "/" + SegmentsOn(files_)[0];
    good_ = files_.Get(path_);
  }

  // Everything there is read; records that were visited must be right even so.
  absl::Status Check(const std::string& bytes) {
    files_.Put(path_, bytes);
    const auto reader = ArchiveReader::Open(files_, kDirectory);
    if (!reader.ok()) return reader.status();
    const auto read = ReadArchive(**reader);
    EXPECT_TRUE(std::equal(read.records.begin(), read.records.end(), ledger_.happened.begin()));
    EXPECT_EQ((*reader)->Verify([](uint64_t, uint64_t) { return true; }), read.status);
    if (read.status.ok()) {
      EXPECT_EQ(read.records, ledger_.happened);
    }
    return read.status;
  }
  void ExpectDamaged(const std::string& bytes, const std::string& what) {
    const absl::Status status = Check(bytes);
    ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << status << what;
    ASSERT_THAT(std::string(status.message()), HasSubstr(path_)) << what;
  }

  MemoryFiles files_;
  ArchivedLog ledger_;
  std::string path_;
  std::string good_;
};
INSTANTIATE_TEST_SUITE_P(Codecs, ArchiveDamageTest,
                         ::testing::Values(SegmentWriterOptions{.compression_level = 0},
                                           SegmentWriterOptions{.compression_level = 1}),
                         [](const auto& info) {
                           return info.param.compression_level == 0 ? "Plain" : "Compressed";
                         });

TEST_P(ArchiveDamageTest, EveryFlippedBitIsSeen) {
  ASSERT_EQ(Check(good_), absl::OkStatus());
  for (size_t bit = 0; bit < good_.size() * 8; ++bit) {
    std::string bad = good_;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    ExpectDamaged(bad, "bit " + std::to_string(bit));
  }
}

TEST_P(ArchiveDamageTest, EveryTruncationIsSeenAndSoAreBytesAdded) {
  for (size_t size = 0; size < good_.size(); ++size) {
    ExpectDamaged(good_.substr(0, size), "cut to " + std::to_string(size));
  }
  ExpectDamaged(good_ + '\0', "a byte added");
  ExpectDamaged(good_ + good_, "twice the file");
}

TEST_P(ArchiveDamageTest, ANewerVersionIsRefusedNamingBoth) {
  std::string begin = good_.substr(0, 8);
  PutFixed<uint32_t>(begin, 2);
  PutFixed<uint32_t>(begin, 0);
  PutFixed<uint64_t>(begin, Xxh3(begin));
  std::string newer = good_;
  const absl::Status status = Check(newer.replace(0, begin.size(), begin));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()), HasSubstr("version 2"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("up to 1"));
  EXPECT_EQ(ledger_.OpenWriter(files_, kDirectory).status().code(),
            absl::StatusCode::kUnimplemented);
}

TEST_P(ArchiveDamageTest, AFooterThatSpeaksOfOtherRecordsIsSeen) {
  const uint64_t offset = good_.size() - kSegmentFooterBytes;
  const std::function<void(SegmentFooter&)> changes[] = {
      [](SegmentFooter& footer) { ++footer.records; },
      [](SegmentFooter& footer) { --footer.record_bytes; },
      [](SegmentFooter& footer) { footer.hash[5] ^= 1; },
      [](SegmentFooter& footer) { footer.digest[5] ^= 1; },
      [](SegmentFooter& footer) { footer.last = Position(footer.last.value() + 1); }};
  for (const auto& change : changes) {
    SegmentFooter footer = *DecodeSegmentFooter(good_.substr(offset), offset, path_);
    change(footer);
    ExpectDamaged(good_.substr(0, offset) + EncodeSegmentFooter(footer, offset), "footer");
  }
}

TEST_P(ArchiveDamageTest, AReadThatFailsIsNeverNotFound) {
  const auto reader = *ArchiveReader::Open(files_, kDirectory);
  for (uint64_t operation = 1; operation <= 4; ++operation) {
    files_.FailAt(files_.operations() + operation, absl::NotFoundError("gone"));
    EXPECT_EQ(ReadArchive(*reader).status.code(), absl::StatusCode::kDataLoss) << operation;
  }
}

TEST_P(ArchiveDamageTest, AnOpenThatFailsIsNeverNotFound) {
  uint64_t operation = 1;
  for (bool failed = true; failed; ++operation) {
    const uint64_t failing = files_.operations() + operation;
    files_.FailAt(failing, absl::DataLossError("input/output error"));
    const auto reader = ArchiveReader::Open(files_, kDirectory);
    failed = files_.operations() >= failing;
    EXPECT_EQ(reader.ok(), !failed) << operation;
    if (failed) {
      EXPECT_EQ(reader.status().code(), absl::StatusCode::kDataLoss) << operation;
    }
  }
  EXPECT_GT(operation, 4u);
  files_.FailAt(0, absl::OkStatus());
}

TEST_P(ArchiveDamageTest, ASegmentWithoutASizeIsNotOpened) {
  SizelessFiles files(files_);
  const absl::Status status = ArchiveReader::Open(files, kDirectory).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
}

TEST_P(ArchiveDamageTest, ASegmentThatShrinksWhileItIsReadIsCutShort) {
  const auto reader = *ArchiveReader::Open(files_, kDirectory);
  for (const size_t size : {size_t{10}, kSegmentHeaderBytes + 30, good_.size() - 100}) {
    files_.Put(path_, good_.substr(0, size));
    const auto read = ReadArchive(*reader);
    EXPECT_EQ(read.status.code(), absl::StatusCode::kDataLoss) << size;
    EXPECT_THAT(std::string(read.status.message()), HasSubstr("it is cut short")) << size;
  }
}

TEST(ArchiveBlockTest, BlocksThatChangedPlacesAreSeen) {
  MemoryFiles files;
  ArchivedLog ledger(testing::kSeed, {.compression_level = 0});
  for (int i = 0; i < 3; ++i) ledger.Append(1, std::string(kArchiveBlockBytes, 'x'));
  ASSERT_EQ(ledger.Copy(files), absl::OkStatus());
  const std::string path = std::string(kDirectory) + "/" + SegmentsOn(files)[0];
  std::string bytes = files.Get(path);
  const size_t size = (bytes.size() - kSegmentHeaderBytes - kSegmentFooterBytes) / 3;
  const auto first = bytes.begin() + kSegmentHeaderBytes;
  std::swap_ranges(first, first + static_cast<ptrdiff_t>(size),
                   first + static_cast<ptrdiff_t>(size));
  files.Put(path, bytes);
  const auto read = ReadArchive(**ArchiveReader::Open(files, kDirectory));
  EXPECT_EQ(read.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(read.status.message()), HasSubstr("does not match its checksum"));
  EXPECT_TRUE(read.records.empty());
}

}  // namespace
}  // namespace wallet
