#include "engine/backup/maintenance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/backup/backup_fixture.h"

namespace wallet {
namespace {

using testing::BackupFixture;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MaintenanceTest : public ::testing::Test, protected BackupFixture {
 protected:
  MaintenanceTest() { s.Write(30); }

  std::unique_ptr<Executor> executor_ = s.h.scheduler.MakeExecutor();
  Maintenance maintenance_{*s.h.engine, Ledger(), *executor_};
};

TEST_F(MaintenanceTest, ASnapshotIsFoundByItsTicketOnceItIsTaken) {
  const uint64_t ticket = maintenance_.BeginSnapshot();
  ASSERT_TRUE(maintenance_.snapshot(ticket).ok());
  EXPECT_FALSE(maintenance_.snapshot(ticket)->ended);
  s.load.Settle();
  const auto asked = maintenance_.snapshot(ticket);
  ASSERT_TRUE(asked.ok() && asked->ended && asked->taken);
  EXPECT_EQ(asked->taken->position, s.h.log->end());
  ASSERT_EQ(s.h.engine->snapshots().kept.size(), 1u);
  EXPECT_EQ(s.h.engine->snapshots().kept[0].position, s.h.log->end());
  EXPECT_GT(s.h.engine->snapshots().kept[0].accounts, 0);
}

TEST_F(MaintenanceTest, ASnapshotThatFailsSaysWhy) {
  s.files.SetCapacity(0);
  const uint64_t ticket = maintenance_.BeginSnapshot();
  s.load.Settle();
  EXPECT_TRUE(maintenance_.snapshot(ticket)->ended);
  EXPECT_THAT(maintenance_.snapshot(ticket)->error, ::testing::Not(IsEmpty()));
}

TEST_F(MaintenanceTest, TicketsThatWereNeverGivenAreNotFound) {
  EXPECT_EQ(maintenance_.snapshot(1).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(MaintenanceTest, ABackupIsMadeAndSaysWhereItEnds) {
  EXPECT_EQ(maintenance_.backup().state, BackupState::kNone);
  ASSERT_TRUE(maintenance_.BeginBackup({.directory = kSet}).ok());
  EXPECT_EQ(maintenance_.backup().state, BackupState::kRunning);
  s.load.Settle();
  const BackupStatus status = maintenance_.backup();
  EXPECT_EQ(status.state, BackupState::kDone) << status.error;
  EXPECT_EQ(status.end, s.h.log->end());
  EXPECT_EQ(status.progress.phase, BackupPhase::kVerify);
  EXPECT_TRUE(Verify().ok());
}

TEST_F(MaintenanceTest, OneAtATimeAndTheSameTokenIsTheSameRequest) {
  ASSERT_TRUE(maintenance_.BeginBackup({.directory = kSet, .token = 5}).ok());
  const absl::Status other = maintenance_.BeginBackup({.directory = "/backups/2", .token = 6});
  EXPECT_EQ(other.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(other.message()), HasSubstr(kSet));
  EXPECT_TRUE(maintenance_.BeginBackup({.directory = kSet, .token = 5}).ok());
  s.load.Settle();
  EXPECT_TRUE(maintenance_.BeginBackup({.directory = kSet, .token = 5}).ok());
  EXPECT_EQ(maintenance_.backup().state, BackupState::kDone);
  EXPECT_TRUE(maintenance_.BeginBackup({.directory = "/backups/2", .token = 6}).ok());
}

TEST_F(MaintenanceTest, CancelledItLeavesNothing) {
  ASSERT_TRUE(maintenance_.BeginBackup({.directory = kSet}).ok());
  maintenance_.CancelBackup();
  s.load.Settle();
  EXPECT_EQ(maintenance_.backup().state, BackupState::kCancelled);
  EXPECT_FALSE(s.files.Has(kSet));
  EXPECT_THAT(Unfinished(), IsEmpty());
}

TEST_F(MaintenanceTest, WhatFailsSaysWhy) {
  s.files.Put("/backups/1/notes", "mine");
  ASSERT_TRUE(maintenance_.BeginBackup({.directory = kSet}).ok());
  s.load.Settle();
  EXPECT_EQ(maintenance_.backup().state, BackupState::kFailed);
  EXPECT_THAT(maintenance_.backup().error, HasSubstr(kSet));
}

TEST_F(MaintenanceTest, PathsAreAbsoluteAndOnceStoppedNothingBegins) {
  for (const char* path : {"", "/", "backups/1"}) {
    EXPECT_EQ(maintenance_.BeginBackup({.directory = path}).code(),
              absl::StatusCode::kInvalidArgument);
  }
  maintenance_.Stop();
  EXPECT_EQ(maintenance_.BeginBackup({.directory = kSet}).code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace wallet
