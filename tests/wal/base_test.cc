#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/support/temp_dir.h"
#include "wal/base/coding.h"
#include "wal/base/file.h"
#include "wal/base/hash.h"
#include "wal/base/instant.h"

namespace wallet {
namespace {

TEST(InstantTest, ReadsWhatRfc3339Allows) {
  const std::pair<const char*, int64_t> kGood[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01T00:00:01Z", 1'000'000},
      {"1970-01-01t00:00:00.000001z", 1},
      {"1970-01-01T00:00:00.5Z", 500'000},
      {"1970-01-01T01:00:00+01:00", 0},
      {"1969-12-31T23:30:00-00:30", 0},
      {"2024-02-29T12:00:00Z", 1'709'208'000'000'000},
      {"9999-12-31T23:59:59.999999Z", kMaxInstant.value()},
  };
  for (const auto& [text, micros] : kGood) EXPECT_EQ(ParseRfc3339(text), Instant(micros)) << text;
}

TEST(InstantTest, RefusesEverythingElse) {
  for (const char* text : {"",
                           "2024-01-15",
                           "2024-01-15T12:00:00",
                           "2024-01-15 12:00:00Z",
                           "2024-1-15T12:00:00Z",
                           "2024-02-30T12:00:00Z",
                           "2023-02-29T12:00:00Z",
                           "2024-13-01T12:00:00Z",
                           "2024-01-15T24:00:00Z",
                           "2024-01-15T12:60:00Z",
                           "2024-01-15T12:00:60Z",
                           "2024-01-15T12:59:60Z",
                           "2024-12-31T23:59:99Z",
                           "2024-00-15T12:00:00Z",
                           "2024-01-00T12:00:00Z",
                           "2024-04-31T12:00:00Z",
                           "2024-01-15T12:00:00+00:60",
                           "2024-01-15T12:00:00.Z",
                           "2024-01-15T12:00:00.1234567Z",
                           "2024-01-15T12:00:00+24:00",
                           "2024-01-15T12:00:00+0100",
                           "2024-01-15T12:00:00Z ",
                           " 2024-01-15T12:00:00Z",
                           "1969-12-31T23:59:59Z",
                           "1970-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01",
                           "12024-01-15T12:00:00Z",
                           "2024-01-15T12:00:00,5Z"}) {
    EXPECT_FALSE(ParseRfc3339(text)) << text;
  }
}

TEST(InstantTest, TheTextHasAFractionOnlyWhenThereIsOne) {
  EXPECT_EQ(FormatRfc3339(Instant(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatRfc3339(Instant(1)), "1970-01-01T00:00:00.000001Z");
  EXPECT_EQ(FormatRfc3339(kMaxInstant), "9999-12-31T23:59:59.999999Z");
}

// Reading goes by another calendar than writing.
TEST(InstantTest, WhatIsWrittenOfAnyDayIsReadAsThatDay) {
  constexpr int64_t kDayUs = 86'400 * kMicrosPerSecond;
  for (int64_t day = 0; day * kDayUs < kMaxInstant.value(); day += 11) {
    const Instant instant(day * kDayUs + (day * 7'919'000'003) % kDayUs);
    ASSERT_EQ(ParseRfc3339(FormatRfc3339(instant)), instant) << FormatRfc3339(instant);
  }
}

TEST(CodingTest, VarintsOfEverySizeComeBack) {
  for (int shift = 0; shift < 64; ++shift) {
    for (const uint64_t value : {uint64_t{1} << shift, (uint64_t{1} << shift) - 1, ~uint64_t{0}}) {
      std::string bytes;
      PutVarint(bytes, value);
      Reader reader(bytes);
      EXPECT_EQ(reader.Varint(), value);
      EXPECT_TRUE(reader.AtEnd());
    }
  }
}

TEST(CodingTest, ANumberHasOneEncoding) {
  for (const std::string_view bad :
       {std::string_view("\x80\x00", 2), std::string_view("\x80", 1), std::string_view(""),
        std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
        std::string_view("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01")}) {
    Reader reader(bad);
    reader.Varint();
    EXPECT_FALSE(reader.ok());
  }
}

TEST(CodingTest, AfterTheFirstFailureEverythingFails) {
  Reader reader(
      "\x05"
      "ab");
  EXPECT_EQ(reader.Bytes(), "");
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.Fixed<uint8_t>(), 0);
  EXPECT_FALSE(reader.AtEnd());
}

TEST(CodingTest, ZigZagKeepsSmallNumbersSmall) {
  for (const int64_t value : {int64_t{0}, int64_t{-1}, int64_t{1}, INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(UnZigZag(ZigZag(value)), value);
  }
  EXPECT_EQ(ZigZag(-1), 1u);
  EXPECT_EQ(ZigZag(1), 2u);
}

TEST(HashTest, KnownAnswers) {
  EXPECT_EQ(ToHex(Sha256Of({})),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(ToHex(Sha256Of({"a", "bc"})),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Xxh3(""), 0x2d06800538d394c2u);
}

class PosixFilesTest : public ::testing::Test {
 protected:
  FileSystem& files_ = PosixFileSystem();
  TempDir directory_;
  const std::string path_ = directory_.path() + "/file";
};

TEST_F(PosixFilesTest, AFileIsReplacedWholeAndLeavesNoTemporary) {
  ASSERT_TRUE(files_.WriteFileAtomically(path_, "old").ok());
  ASSERT_TRUE(files_.WriteFileAtomically(path_, "new").ok());
  EXPECT_EQ(*files_.ReadFile(path_), "new");
  EXPECT_EQ(files_.List(directory_.path())->size(), 1u);
}

TEST_F(PosixFilesTest, AppendsGoToTheEndAlsoAfterReopeningAndCutting) {
  for (const char* bytes : {"ab", "cd"}) {
    auto file = files_.OpenAppend(path_);
    ASSERT_TRUE((*file)->Append(bytes).ok());
    ASSERT_TRUE((*file)->Sync().ok());
  }
  EXPECT_EQ(*files_.ReadFile(path_), "abcd");
  ASSERT_TRUE(files_.Truncate(path_, 1).ok());
  EXPECT_EQ(*files_.ReadFile(path_), "a");
}

TEST_F(PosixFilesTest, WhatIsMissingIsNotFoundAndNamed) {
  const absl::Status status = files_.ReadFile(path_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(status.message().find(path_), absl::string_view::npos);
  EXPECT_FALSE(*files_.Exists(path_));
  EXPECT_TRUE(files_.Remove(path_).ok());
}

// Its blocks are given back in pieces: no other name may lose any.
TEST_F(PosixFilesTest, ALargeFileIsRemovedAndItsOtherNameStaysWhole) {
  const std::string other = path_ + ".other";
  const std::string bytes(size_t{20} << 20, 'x');
  ASSERT_TRUE(files_.WriteFileAtomically(path_, bytes).ok());
  ASSERT_TRUE(files_.Link(path_, other).ok());
  ASSERT_TRUE(files_.Remove(path_).ok());
  EXPECT_FALSE(*files_.Exists(path_));
  EXPECT_TRUE(*files_.ReadFile(other) == bytes);
  ASSERT_TRUE(files_.Remove(other).ok());
  EXPECT_FALSE(*files_.Exists(other));
}

TEST_F(PosixFilesTest, ALargeFileGivesItsBlocksBack) {
  const std::string bytes(size_t{20} << 20, 'x');
  ASSERT_TRUE(files_.WriteFileAtomically(path_, bytes).ok());
  const int fd = open(path_.c_str(), O_RDONLY);
  ASSERT_GE(fd, 0);
  ASSERT_TRUE(files_.Remove(path_).ok());
  struct stat info;
  ASSERT_EQ(fstat(fd, &info), 0);
  close(fd);
  EXPECT_LE(info.st_size, off_t{8} << 20);  // what is left is given back with its last descriptor
}

TEST_F(PosixFilesTest, ALockIsHeldByOneAtATime) {
  {
    const auto first = files_.Lock(path_);
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(files_.Lock(path_).status().code(), absl::StatusCode::kUnavailable);
  }
  EXPECT_TRUE(files_.Lock(path_).ok());
}

TEST_F(PosixFilesTest, AMappedFileHasTheSizeExpected) {
  ASSERT_TRUE(files_.WriteFileAtomically(path_, std::string(64, 'a')).ok());
  EXPECT_EQ(files_.Map(path_, 65).status().code(), absl::StatusCode::kDataLoss);
  {
    auto mapped = files_.Map(path_, 64);
    ASSERT_TRUE(mapped.ok());
    (*mapped)->bytes()[0] = 'b';
    EXPECT_TRUE((*mapped)->Sync().ok());
  }
  EXPECT_EQ((*files_.ReadFile(path_))[0], 'b');
}

}  // namespace
}  // namespace wallet
