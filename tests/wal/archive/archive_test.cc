// What the archive promises.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/wal/archive/archive_fixture.h"

namespace wallet {
namespace {

using testing::ArchivedLog;
using ::testing::ElementsAre;
using testing::GoOn;
using ::testing::HasSubstr;
using testing::History;
using testing::kDirectory;
using testing::ReadArchive;
using testing::SegmentsOn;

std::unique_ptr<ArchiveReader> Opened(FileSystem& files) {
  auto reader = ArchiveReader::Open(files, kDirectory);
  EXPECT_TRUE(reader.ok()) << reader.status();
  return reader.ok() ? *std::move(reader) : nullptr;
}

class ArchiveTest : public ::testing::Test {
 protected:
  MemoryFiles files_;
  ArchivedLog ledger_;
};

TEST_F(ArchiveTest, ANewArchiveIsEmpty) {
  auto writer = ledger_.OpenWriter(files_, kDirectory);
  ASSERT_TRUE(writer.ok()) << writer.status();
  EXPECT_EQ((*writer)->end(), Position(0));
  EXPECT_EQ((*writer)->CopyUpTo(*ledger_.log, Position(0), GoOn), absl::OkStatus());
  const auto reader = Opened(files_);
  EXPECT_EQ(reader->begin(), Position(0));
  EXPECT_EQ(reader->end(), Position(0));
  EXPECT_EQ(ReadArchive(*reader).status, absl::OkStatus());
  EXPECT_EQ(reader->Verify([](uint64_t, uint64_t) { return true; }), absl::OkStatus());
  EXPECT_TRUE(SegmentsOn(files_).empty());
}

TEST_F(ArchiveTest, AMissingDirectoryIsNoArchive) {
  EXPECT_EQ(ArchiveReader::Open(files_, kDirectory).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ArchiveTest, WhatWasCopiedIsRead) {
  ledger_.AppendMany(30);
  ASSERT_EQ(ledger_.Copy(files_), absl::OkStatus());
  const auto reader = Opened(files_);
  EXPECT_EQ(reader->begin(), Position(0));
  EXPECT_EQ(reader->end(), Position(60));
  EXPECT_EQ(reader->end_hash(), ledger_.happened.back().hash);
  EXPECT_EQ(reader->genesis(), ledger_.genesis);
  EXPECT_EQ(ReadArchive(*reader).records, ledger_.happened);
  EXPECT_EQ(reader->Verify([](uint64_t, uint64_t) { return true; }), absl::OkStatus());
}

TEST_F(ArchiveTest, AReadGivesEveryRecordWithALaterEvent) {
  ledger_.AppendMany(30);
  ASSERT_EQ(ledger_.Copy(files_), absl::OkStatus());
  const auto reader = Opened(files_);
  for (uint64_t after = 0; after <= 61; ++after) {
    const auto read = ReadArchive(*reader, Position(after));
    EXPECT_EQ(read.status, absl::OkStatus());
    EXPECT_EQ(read.records, ledger_.Behind(Position(after), Position(60))) << after;
  }
}

TEST_F(ArchiveTest, AVisitsErrorEndsTheRead) {
  ledger_.AppendMany(30);
  ASSERT_EQ(ledger_.Copy(files_), absl::OkStatus());
  int visits = 0;
  const absl::Status status = Opened(files_)->Read(Position(0), [&](const RecordView&) {
    return ++visits < 5 ? absl::OkStatus() : absl::ResourceExhaustedError("enough");
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(visits, 5);
}

TEST_F(ArchiveTest, OnlyRecordsThatEndAtOrBeforeThePositionAreCopied) {
  ledger_.AppendMany(3);
  auto writer = *ledger_.OpenWriter(files_, kDirectory);
  EXPECT_EQ(writer->CopyUpTo(*ledger_.log, Position(1), GoOn), absl::OkStatus());
  EXPECT_EQ(writer->end(), Position(0));
  EXPECT_EQ(writer->CopyUpTo(*ledger_.log, Position(5), GoOn), absl::OkStatus());
  EXPECT_EQ(writer->end(), Position(4));
  EXPECT_EQ(writer->CopyUpTo(*ledger_.log, Position(2), GoOn), absl::OkStatus());
  EXPECT_EQ(writer->CopyUpTo(*ledger_.log, Position(1000), GoOn), absl::OkStatus());
  EXPECT_EQ(writer->end(), Position(6));
  EXPECT_THAT(SegmentsOn(files_), ElementsAre("segment-00000000000000000001-00000000000000000004",
                                              "segment-00000000000000000005-00000000000000000006"));
}

TEST_F(ArchiveTest, SegmentsStayWithinTheirSizeButForALargerRecord) {
  ledger_.AppendMany(20);
  ledger_.Append(1, std::string(5000, 'x'));
  ledger_.AppendMany(20);
  ASSERT_EQ(ledger_.Copy(files_), absl::OkStatus());
  int larger = 0;
  const auto reader = Opened(files_);
  for (const ArchivedSegment& segment : reader->segments()) {
    const std::string path = std::string(kDirectory) + "/" + segment.name;
    EXPECT_EQ(segment.file_bytes, files_.Get(path).size());
    if (segment.file_bytes <= testing::SmallSegments().segment_bytes) continue;
    ++larger;
    EXPECT_EQ(segment.footer.records, 1u);
  }
  EXPECT_EQ(larger, 1);
  EXPECT_EQ(ReadArchive(*reader).records, ledger_.happened);
}

TEST_F(ArchiveTest, ItGoesOnAtItsEndAfterTrimsAndRestarts) {
  for (int round = 0; round < 5; ++round) {
    ledger_.AppendMany(7);
    const Position end = ledger_.log->end();
    ASSERT_EQ(ledger_.Copy(files_), absl::OkStatus());
    ASSERT_EQ(ledger_.log->Trim(end), absl::OkStatus());
    EXPECT_EQ(ledger_.log->begin(), end);
    ASSERT_EQ(ledger_.Copy(files_), absl::OkStatus());
  }
  EXPECT_EQ(ReadArchive(*Opened(files_)).records, ledger_.happened);
}

TEST_F(ArchiveTest, BegunLateItBeginsWhereTheLogDoes) {
  ledger_.AppendMany(10);
  ASSERT_EQ(ledger_.log->Trim(Position(8)), absl::OkStatus());
  ASSERT_EQ(ledger_.Copy(files_), absl::OkStatus());
  const auto reader = Opened(files_);
  EXPECT_EQ(reader->begin(), Position(8));
  EXPECT_EQ(ReadArchive(*reader, Position(7)).status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReadArchive(*reader, Position(8)).records, ledger_.Behind(Position(8), Position(20)));
}

TEST_F(ArchiveTest, AStoppedCopyKeepsItsFinishedSegmentsAndGoesOnLater) {
  ledger_.AppendMany(30);
  auto writer = *ledger_.OpenWriter(files_, kDirectory);
  int asked = 0;
  const auto stop = [&] { return ++asked > 15; };
  EXPECT_EQ(writer->CopyUpTo(*ledger_.log, Position(60), stop).code(),
            absl::StatusCode::kCancelled);
  EXPECT_GT(writer->end(), Position(0));
  EXPECT_LT(writer->end(), Position(32));
  EXPECT_EQ(Opened(files_)->end(), writer->end());
  EXPECT_EQ(writer->CopyUpTo(*ledger_.log, Position(60), GoOn), absl::OkStatus());
  EXPECT_EQ(ReadArchive(*Opened(files_)).records, ledger_.happened);
}

TEST_F(ArchiveTest, FilesOfOtherNamesAreLeftAlone) {
  ledger_.AppendMany(3);
  ASSERT_EQ(ledger_.Copy(files_), absl::OkStatus());
  const std::string kept[] = {"/archive/notes", "/archive/segment-1-2", "/archive/segment-1.tmp",
                              "/archive/segment-00000000000000000009-00000000000000000008"};
  for (const std::string& path : kept) files_.Put(path, "mine");
  files_.Put("/archive/segment-00000000000000000007.tmp", "half a segment");
  ledger_.AppendMany(3);
  ASSERT_EQ(ledger_.Copy(files_), absl::OkStatus());
  for (const std::string& path : kept) EXPECT_EQ(files_.Get(path), "mine");
  EXPECT_EQ(ReadArchive(*Opened(files_)).records, ledger_.happened);
}

TEST_F(ArchiveTest, CompressedSegmentsHoldTheSameRecords) {
  ArchivedLog ledger(testing::kSeed, {.segment_bytes = 1 << 20, .compression_level = 3});
  for (int i = 0; i < 20; ++i) ledger.Append(3, std::string(200'000, static_cast<char>('a' + i)));
  ASSERT_EQ(ledger.Copy(files_), absl::OkStatus());
  const auto reader = Opened(files_);
  EXPECT_EQ(ReadArchive(*reader).records, ledger.happened);
  EXPECT_LT(reader->segments()[0].file_bytes, reader->segments()[0].footer.record_bytes / 100);
}

TEST_F(ArchiveTest, TheLargestRecordIsTaken) {
  ledger_.Append(1, std::string(kArchiveBlockBytes - 200, 'x'));
  ledger_.Append(1, std::string(kMaxPayloadBytes, 'y'));
  ledger_.Append(kMaxEventsPerRecord, std::string(kMaxPayloadBytes, 'z'));
  ASSERT_EQ(ledger_.Copy(files_), absl::OkStatus());
  EXPECT_EQ(ReadArchive(*Opened(files_)).records, ledger_.happened);
}

TEST_F(ArchiveTest, VerifyShowsItsProgressAndCanBeStopped) {
  ledger_.AppendMany(30);
  ASSERT_EQ(ledger_.Copy(files_), absl::OkStatus());
  const auto reader = Opened(files_);
  uint64_t last = 0, all = 0;
  EXPECT_EQ(reader->Verify([&](uint64_t done, uint64_t total) {
    EXPECT_GT(done, last);
    last = done;
    all = total;
    return true;
  }),
            absl::OkStatus());
  EXPECT_EQ(last, all);
  EXPECT_EQ(reader->Verify([](uint64_t, uint64_t) { return false; }).code(),
            absl::StatusCode::kCancelled);
}

TEST_F(ArchiveTest, TheSegmentsThatCoverARangeAreListed) {
  ledger_.AppendMany(3);
  ASSERT_EQ(ledger_.log->Trim(Position(2)), absl::OkStatus());
  for (const uint64_t end : {4, 6})
    ASSERT_EQ(ledger_.Copy(files_, Position(end)), absl::OkStatus());
  const auto reader = Opened(files_);
  const auto covering = [&](uint64_t after, uint64_t until) {
    std::vector<uint64_t> firsts;
    const auto segments = reader->SegmentsCovering(Position(after), Position(until));
    EXPECT_TRUE(segments.ok()) << segments.status();
    for (const ArchivedSegment& segment : *segments) firsts.push_back(segment.header.first.value());
    return firsts;
  };
  EXPECT_THAT(covering(2, 6), ElementsAre(3, 5));
  EXPECT_THAT(covering(3, 4), ElementsAre(3));
  EXPECT_THAT(covering(4, 5), ElementsAre(5));
  EXPECT_THAT(covering(5, 5), ElementsAre());
  const auto missing = [&](uint64_t after, uint64_t until) {
    const auto segments = reader->SegmentsCovering(Position(after), Position(until));
    EXPECT_EQ(segments.status().code(), absl::StatusCode::kOutOfRange);
    return std::string(segments.status().message());
  };
  EXPECT_THAT(missing(0, 6), HasSubstr("positions 1 … 2"));
  EXPECT_THAT(missing(2, 9), HasSubstr("positions 7 … 9"));
  EXPECT_THAT(missing(8, 9), HasSubstr("positions 9 … 9"));
}

}  // namespace
}  // namespace wallet
