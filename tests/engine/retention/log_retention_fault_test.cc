// Whatever the archive's disk does, and whenever the process dies: what left the log is archived.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/retention/retention_fixture.h"

namespace wallet {
namespace {

using testing::RetentionFixture;

struct Attempt : RetentionFixture {
  Attempt() {
    EXPECT_TRUE(OpenArchive().ok());
    Open();
    logged.AppendMany(20);
    PutSnapshot(50);
    PutSnapshot(60);
  }
  // What the archive on the disk and the log hold together is everything that happened.
  void ExpectNothingLost() {
    const auto reader = ArchiveReader::Open(files, testing::kDirectory);
    ASSERT_TRUE(reader.ok()) << reader.status();
    EXPECT_LE(begin(), (*reader)->end());
    const auto read = testing::ReadBoth(reader->get(), logged.log.get());
    EXPECT_TRUE(read.status.ok()) << read.status;
    EXPECT_EQ(read.records, logged.happened);
  }
};

uint64_t OperationsOfARun() {
  Attempt attempt;
  const uint64_t before = attempt.files.operations();
  attempt.RunOnce();
  return attempt.files.operations() - before;
}

TEST(LogRetentionFaultTest, AnErrorOfAnyOperationLosesNothingAndIsMadeUpForLater) {
  const uint64_t operations = OperationsOfARun();
  ASSERT_GT(operations, 10u);
  for (uint64_t i = 1; i <= operations; ++i) {
    SCOPED_TRACE(i);
    Attempt attempt;
    attempt.files.FailAt(attempt.files.operations() + i, absl::DataLossError("EIO"));
    attempt.RunOnce();
    EXPECT_TRUE(attempt.begin() == Position(0) || attempt.alarms.empty());
    attempt.ExpectNothingLost();
    attempt.RunOnce();
    EXPECT_EQ(attempt.begin(), Position(50));
    attempt.ExpectNothingLost();
  }
}

TEST(LogRetentionFaultTest, ALossOfPowerAtAnyOperationLosesNothing) {
  const uint64_t operations = OperationsOfARun();
  for (uint64_t i = 1; i <= operations; ++i) {
    SCOPED_TRACE(i);
    Attempt attempt;
    attempt.files.CrashAt(attempt.files.operations() + i);
    attempt.RunOnce();
    attempt.archive.reset();
    attempt.files.Restart(MemoryFiles::Survives::kSynced);
    attempt.ExpectNothingLost();
  }
}

TEST(LogRetentionFaultTest, ACrashBetweenCopyAndTrimIsMadeUpForAtTheNextStart) {
  Attempt attempt;
  ASSERT_TRUE(attempt.archive->CopyUpTo(*attempt.logged.log, Position(60), testing::GoOn).ok());
  attempt.retention.reset();
  attempt.archive.reset();
  attempt.files.Restart(MemoryFiles::Survives::kSynced);
  EXPECT_EQ(attempt.begin(), Position(0));
  attempt.PutSnapshot(50);
  attempt.PutSnapshot(60);
  attempt.started_from = Position(60);
  ASSERT_TRUE(attempt.OpenArchive().ok());
  attempt.RunOnce();
  EXPECT_EQ(attempt.begin(), Position(50));
  attempt.ExpectNothingLost();
}

}  // namespace
}  // namespace wallet
