// Segments under right checksums that hold what no writer writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "tests/wal/archive/archive_fixture.h"
#include "wal/archive/limits.h"
#include "wal/archive/segment.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;
using testing::kDirectory;

// A segment that is made block by block.
class Forgery {
 public:
  Forgery() : file_(EncodeSegmentHeader(header_)) { footer_.hash = header_.previous; }

  // Of these stored bytes, which are said to unpack to so many.
  Forgery& Block(const std::string& stored, Codec codec, size_t plain_bytes) {
    std::string block(kSegmentBlockHeadBytes, '\0');
    block += stored;
    SealSegmentBlock(static_cast<uint32_t>(plain_bytes), codec, file_.size(), block);
    return Raw(block);
  }
  Forgery& Block(const std::string& plain) { return Block(plain, Codec::kNone, plain.size()); }
  Forgery& Raw(const std::string& bytes) {
    file_ += bytes;
    return *this;
  }

  // A record of one event that follows those before, with its length before it.
  std::string Record() {
    ++footer_.records;
    footer_.last = Position(footer_.last.value() + 1);
    const std::string record =
        EncodeRecord(footer_.last, 1, footer_.hash, {{"payload"}}, &footer_.hash);
    footer_.record_bytes += record.size();
    return Framed(record);
  }
  static std::string Framed(const std::string& record) {
    std::string framed;
    PutFixed<uint32_t>(framed, static_cast<uint32_t>(record.size()));
    return framed + record;
  }

  SegmentFooter& footer() { return footer_; }

  // What reading all of it says.
  absl::Status Read() {
    footer_.last = std::max(footer_.last, header_.first);
    FileHash hash;
    hash.Update(file_);
    footer_.digest = hash.Digest();
    const std::string name = SegmentName({header_.first, footer_.last});
    MemoryFiles files;
    EXPECT_TRUE(files.CreateDirectory(kDirectory).ok());
    files.Put(std::string(kDirectory) + "/" + name,
              file_ + EncodeSegmentFooter(footer_, file_.size()));
    const auto segment = LoadSegment(files, kDirectory, name);
    if (!segment.ok()) return segment.status();
    return ReadSegment(
        files, kDirectory, *segment, [](const RecordView&) { return absl::OkStatus(); },
        [](uint64_t) { return absl::OkStatus(); });
  }

 private:
  const SegmentHeader header_{GenesisHash("seed"), Position(1), GenesisHash("seed")};
  SegmentFooter footer_;
  std::string file_;
};

void ExpectLoss(const absl::Status& status, const std::string& what) {
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << what;
  EXPECT_THAT(std::string(status.message()), HasSubstr(what));
}

TEST(ForgedSegmentTest, OneThatIsAsAWriterMakesItIsRead) {
  Forgery segment;
  std::string two = segment.Record();
  two += segment.Record();
  segment.Block(two);
  segment.Block(segment.Record());
  EXPECT_EQ(segment.Read(), absl::OkStatus());
}

TEST(ForgedSegmentTest, BytesBehindTheLastBlockAreHalfABlock) {
  Forgery segment;
  segment.Block(segment.Record()).Raw("ten bytes.");
  ExpectLoss(segment.Read(), "a block is cut short");
}

TEST(ForgedSegmentTest, ABlockThatDoesNotUnpackToWhatItSaysIsDamage) {
  Forgery longer;
  const std::string plain = longer.Record();
  ExpectLoss(longer.Block(plain, Codec::kNone, plain.size() + 1).Read(), "does not decompress");
  Forgery garbage;
  ExpectLoss(garbage.Block("no frame", Codec::kZstd, 100).Read(), "does not decompress");
  Forgery unknown;
  ExpectLoss(unknown.Block("bytes", static_cast<Codec>(9), 5).Read(), "does not decompress");
}

TEST(ForgedSegmentTest, ARecordLongerThanItsBlockIsDamage) {
  Forgery segment;
  std::string plain = segment.Record();
  plain.pop_back();
  ExpectLoss(segment.Block(plain).Read(), "a record goes beyond its block");
  Forgery half;
  ExpectLoss(half.Block("ab").Read(), "a record goes beyond its block");
}

TEST(ForgedSegmentTest, WhatIsNoRecordIsDamage) {
  Forgery segment;
  ExpectLoss(segment.Block(Forgery::Framed(std::string(100, '\0'))).Read(), "no version");
}

TEST(ForgedSegmentTest, ARecordOfALaterVersionIsNoDamage) {
  Forgery segment;
  std::string plain = segment.Record();
  plain[kArchiveFrameBytes] = static_cast<char>(kRecordVersion + 1);
  const absl::Status status = segment.Block(plain).Read();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("Use a newer one"));
}

TEST(ForgedSegmentTest, AFooterThatEndsElsewhereThanItsRecordsIsSeen) {
  Forgery segment;
  segment.Block(segment.Record());
  segment.footer().last = Position(2);
  ExpectLoss(segment.Read(), "the footer speaks of other records");
}

// The head of a block of so many bytes, of which `room` are in the file.
absl::Status HeadOf(uint32_t stored, uint32_t plain, uint64_t room) {
  std::string head;
  PutFixed<uint32_t>(head, stored);
  PutFixed<uint32_t>(head, plain);
  head.resize(kSegmentBlockHeadBytes);
  return DecodeSegmentBlock(head, room).status();
}

TEST(SegmentBlockTest, SizesThatNoWriterWritesAreRefusedBeforeAnythingIsRead) {
  EXPECT_EQ(HeadOf(5, 5, 5), absl::OkStatus());
  EXPECT_EQ(HeadOf(1, kMaxArchiveBlockBytes, 1), absl::OkStatus());
  for (const absl::Status& status : {HeadOf(0, 5, 5), HeadOf(6, 5, 6), HeadOf(5, 5, 4),
                                     HeadOf(1, kMaxArchiveBlockBytes + 1, 1)}) {
    ExpectLoss(status, "as no version writes it");
  }
}

}  // namespace
}  // namespace wallet
