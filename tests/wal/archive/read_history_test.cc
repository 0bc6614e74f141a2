// Archive and log read as one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/wal/archive/archive_fixture.h"

namespace wallet {
namespace {

using testing::ArchivedLog;
using ::testing::HasSubstr;
using testing::History;
using testing::kDirectory;
using testing::ReadBoth;

// Events 1 … 20 archived, of which the log still has those behind 12, and has 30 in all.
class ReadHistoryTest : public ::testing::Test {
 protected:
  ReadHistoryTest() {
    ledger_.AppendMany(10);
    EXPECT_EQ(ledger_.Copy(files_), absl::OkStatus());
    ledger_.AppendMany(5);
    EXPECT_EQ(ledger_.log->Trim(Position(12)), absl::OkStatus());
    archive_ = *ArchiveReader::Open(files_, kDirectory);
    EXPECT_EQ(archive_->end(), Position(20));
  }

  void ExpectMissing(const ArchiveReader* archive, Log* log, uint64_t after, uint64_t until,
                     const std::string& positions) {
    const auto read = ReadBoth(archive, log, Position(after), Position(until));
    EXPECT_EQ(read.status.code(), absl::StatusCode::kOutOfRange) << read.status;
    EXPECT_THAT(std::string(read.status.message()), HasSubstr(positions));
    EXPECT_TRUE(read.records.empty());
  }

  MemoryFiles files_;
  ArchivedLog ledger_;
  std::unique_ptr<ArchiveReader> archive_;
};

TEST_F(ReadHistoryTest, EveryRecordIsVisitedOnce) {
  const auto read = ReadBoth(archive_.get(), ledger_.log.get());
  EXPECT_EQ(read.status, absl::OkStatus());
  EXPECT_EQ(read.records, ledger_.happened);
}

TEST_F(ReadHistoryTest, BetweenAnyTwoPositions) {
  for (uint64_t after = 0; after <= 30; ++after) {
    for (uint64_t until = 0; until <= 30; ++until) {
      const auto read =
          ReadBoth(archive_.get(), ledger_.log.get(), Position(after), Position(until));
      EXPECT_EQ(read.status, absl::OkStatus());
      const History expected =
          until > after ? ledger_.Behind(Position(after), Position(until)) : History{};
      EXPECT_EQ(read.records, expected) << after << " " << until;
    }
  }
}

TEST_F(ReadHistoryTest, EitherAloneGivesWhatItHas) {
  EXPECT_EQ(ReadBoth(archive_.get(), nullptr).records, ledger_.Behind(Position(0), Position(20)));
  EXPECT_EQ(ReadBoth(nullptr, ledger_.log.get(), Position(12)).records,
            ledger_.Behind(Position(12), Position(30)));
  EXPECT_EQ(ReadBoth(nullptr, nullptr).status, absl::OkStatus());
}

TEST_F(ReadHistoryTest, WhatNeitherHoldsIsNamed) {
  Log* const log = ledger_.log.get();
  ExpectMissing(archive_.get(), log, 3, 33, "positions 31 … 33");
  ExpectMissing(archive_.get(), log, 31, 33, "positions 32 … 33");
  ExpectMissing(archive_.get(), nullptr, 3, 22, "positions 21 … 22");
  ExpectMissing(nullptr, log, 3, 22, "positions 4 … 12");
  ExpectMissing(nullptr, log, 3, 8, "positions 4 … 8");
  ExpectMissing(nullptr, nullptr, 0, 1, "positions 1 … 1");
  ASSERT_EQ(ledger_.log->Trim(Position(24)), absl::OkStatus());
  ExpectMissing(archive_.get(), log, 3, 30, "positions 21 … 24");
  ExpectMissing(archive_.get(), log, 22, 30, "positions 23 … 24");
}

TEST_F(ReadHistoryTest, ALogThatWasTrimmedToItsEndHoldsNothing) {
  ASSERT_EQ(ledger_.log->Trim(Position(30)), absl::OkStatus());
  ExpectMissing(archive_.get(), ledger_.log.get(), 3, 30, "positions 21 … 30");
}

TEST_F(ReadHistoryTest, ALogThatStillHasWhatTheArchiveNeverHadIsReadAlone) {
  MemoryFiles late;
  ArchivedLog ledger;
  ledger.AppendMany(5);
  auto log = std::make_unique<MemoryLog>(std::make_shared<MemoryLogDisk>(*ledger.disk));
  ASSERT_EQ(ledger.log->Trim(Position(4)), absl::OkStatus());
  ASSERT_EQ(ledger.Copy(late), absl::OkStatus());
  const auto archive = *ArchiveReader::Open(late, kDirectory);
  EXPECT_EQ(ReadBoth(archive.get(), log.get()).records, ledger.happened);
  ExpectMissing(archive.get(), ledger.log.get(), 1, 10, "positions 2 … 4");
}

TEST_F(ReadHistoryTest, AVisitsErrorEndsItInBothParts) {
  for (const int wanted : {3, 12}) {
    int visits = 0;
    const absl::Status status = ReadHistory(
        archive_.get(), ledger_.log.get(), Position(0), std::nullopt, [&](const RecordView&) {
          return ++visits < wanted ? absl::OkStatus() : absl::CancelledError("mine");
        });
    EXPECT_EQ(status, absl::CancelledError("mine"));
    EXPECT_EQ(visits, wanted);
  }
}

TEST_F(ReadHistoryTest, ALogThatDoesNotContinueTheArchiveIsRefused) {
  ArchivedLog other("another seed"), parted, straddling;
  other.AppendMany(20);
  parted.Append(2, "what did not happen");
  parted.AppendMany(20);
  straddling.Append(1, "one");
  straddling.AppendMany(20);
  for (ArchivedLog* log : {&other, &parted, &straddling}) {
    const auto read = ReadBoth(archive_.get(), log->log.get());
    EXPECT_EQ(read.status.code(), absl::StatusCode::kDataLoss) << read.status;
    EXPECT_EQ(read.records, ledger_.Behind(Position(0), Position(20)));
  }
}

}  // namespace
}  // namespace wallet
