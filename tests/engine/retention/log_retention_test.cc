#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/retention/retention_fixture.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RetentionFixture;
using ::testing::SizeIs;

// The fixture's log ends at 40. Snapshots behind that are those of this run.
class LogRetentionTest : public ::testing::Test, protected RetentionFixture {
 protected:
  // Two snapshots since the start.
  void TakeTwo() {
    Open();
    logged.AppendMany(20);
    PutSnapshot(50);
    PutSnapshot(60);
  }
};

TEST_F(LogRetentionTest, TrimsBehindTheOldestSnapshotThatIsKept) {
  TakeTwo();
  RunOnce();
  EXPECT_EQ(begin(), Position(50));
  ASSERT_THAT(trims, SizeIs(1));
  EXPECT_EQ(trims[0].from, Position(0));
  EXPECT_EQ(trims[0].to, Position(50));
  EXPECT_EQ(trims[0].archived, std::nullopt);
  EXPECT_THAT(alarms, IsEmpty());
}

TEST_F(LogRetentionTest, SaysNothingWhereNothingIsToBeDone) {
  RunOnce();
  TakeTwo();
  RunOnce();
  RunOnce();
  EXPECT_THAT(trims, SizeIs(1));
}

TEST_F(LogRetentionTest, NeverTrimsWhatTheIndexDoesNotHave) {
  index_position = [] { return Position(44); };
  TakeTwo();
  RunOnce();
  EXPECT_EQ(begin(), Position(44));
}

TEST_F(LogRetentionTest, NeverTrimsWithoutAnIndex) {
  index_position = nullptr;
  ASSERT_TRUE(OpenArchive().ok());
  TakeTwo();
  RunOnce();
  EXPECT_EQ(begin(), Position(0));
  EXPECT_EQ(archive->end(), Position(60));
}

TEST_F(LogRetentionTest, ArchivesUpToTheNewestSnapshotAndTrimsUpToTheOldest) {
  ASSERT_TRUE(OpenArchive().ok());
  TakeTwo();
  RunOnce();
  EXPECT_EQ(archive->end(), Position(60));
  EXPECT_EQ(begin(), Position(50));
  ASSERT_THAT(trims, SizeIs(1));
  EXPECT_EQ(trims[0].archived, Position(60));
}

TEST_F(LogRetentionTest, KeepsWhatIsHeldUntilItIsReleased) {
  {
    const auto hold = holds.Take([]() -> absl::StatusOr<Position> { return Position(46); });
    TakeTwo();
    RunOnce();
    EXPECT_EQ(begin(), Position(46));
  }
  RunOnce();
  EXPECT_EQ(begin(), Position(50));
}

TEST_F(LogRetentionTest, TrimsAtTheStartForTheSnapshotThatWasLoaded) {
  PutSnapshot(10);
  PutSnapshot(30);
  started_from = Position(30);
  RunOnce();
  EXPECT_EQ(begin(), Position(10));
}

// The start could not use 30: it may be unreadable for ever, so 10 must stay in reach.
TEST_F(LogRetentionTest, ASnapshotThatTheStartPassedOverVouchesForNothing) {
  PutSnapshot(30);
  started_from = Position(10);
  RunOnce();
  EXPECT_EQ(begin(), Position(10));
}

TEST_F(LogRetentionTest, WhereTheWholeLogWasReplayedItStaysUntilTwoNewSnapshotsStandAlone) {
  PutSnapshot(30);
  RunOnce();
  EXPECT_EQ(begin(), Position(0));
  logged.AppendMany(10);
  PutSnapshot(50);
  RunOnce();
  EXPECT_EQ(begin(), Position(0));
  ASSERT_TRUE(files.Remove(SnapshotCatalog(files, testing::kSnapshots).PathOf(Position(30))).ok());
  RunOnce();
  EXPECT_EQ(begin(), Position(50));
}

TEST_F(LogRetentionTest, WhatTheArchiveCannotTakeStaysAndIsTriedAgain) {
  ASSERT_TRUE(OpenArchive().ok());
  TakeTwo();
  files.SetCapacity(100);
  RunOnce();
  EXPECT_EQ(begin(), Position(0));
  ASSERT_THAT(alarms, SizeIs(1));
  EXPECT_THAT(alarms[0], HasSubstr("was not trimmed"));
  files.SetCapacity(std::nullopt);
  RunOnce();
  EXPECT_EQ(begin(), Position(50));
  EXPECT_THAT(alarms, SizeIs(1));
}

TEST_F(LogRetentionTest, AnArchiveOfAnotherHistoryLetsNothingGo) {
  testing::ArchivedLog other;
  other.Append(3, "something else");
  other.AppendMany(40);
  ASSERT_TRUE(other.Copy(files).ok());
  ASSERT_TRUE(OpenArchive().ok());
  TakeTwo();
  RunOnce();
  EXPECT_EQ(begin(), Position(0));
  EXPECT_THAT(alarms, SizeIs(1));
}

TEST_F(LogRetentionTest, OnceStoppedNothingIsTouched) {
  ASSERT_TRUE(OpenArchive().ok());
  TakeTwo();
  retention->Stop();
  RunOnce();
  EXPECT_EQ(begin(), Position(0));
  EXPECT_EQ(archive->end(), Position(0));
  EXPECT_THAT(alarms, IsEmpty());
}

}  // namespace
}  // namespace wallet
