// Whatever the disk does, whoever stops it, whenever the power goes: a set is whole or not there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/backup/backup_fixture.h"

namespace wallet {
namespace {

using testing::BackupFixture;
using ::testing::IsEmpty;

struct Prepared : BackupFixture {
  Prepared() {
    OpenIndex();
    s.Write(20);
    IndexUpTo(s.Take()->position);
    s.Write(10);
  }
};

uint64_t OperationsOfABackup() {
  Prepared prepared;
  const uint64_t before = prepared.s.files.operations();
  EXPECT_TRUE(prepared.Backup().ok());
  return prepared.s.files.operations() - before;
}

TEST(CreateBackupFaultTest, AnErrorOfAnyOperationLeavesNothingAndTheNextOneSucceeds) {
  const uint64_t operations = OperationsOfABackup();
  ASSERT_GT(operations, 40u);
  for (uint64_t i = 1; i <= operations; ++i) {
    SCOPED_TRACE(i);
    Prepared prepared;
    prepared.s.files.FailAt(prepared.s.files.operations() + i, absl::DataLossError("EIO"));
    const auto made = prepared.Backup();
    if (made.ok()) {  // the staging could not be removed: no part of the set
      EXPECT_TRUE(prepared.Verify().ok()) << prepared.Verify();
      continue;
    }
    EXPECT_FALSE(prepared.s.files.Has(BackupFixture::kSet));
    const auto again = prepared.Backup("/backups/again");
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(prepared.Verify("/backups/again").ok());
  }
}

TEST(CreateBackupFaultTest, ALossOfPowerLeavesAWholeSetOrNone) {
  const uint64_t operations = OperationsOfABackup();
  for (const auto survives : {MemoryFiles::Survives::kSynced, MemoryFiles::Survives::kNames}) {
    for (uint64_t i = 1; i <= operations; ++i) {
      SCOPED_TRACE(i);
      Prepared prepared;
      prepared.s.files.CrashAt(prepared.s.files.operations() + i);
      const bool made = prepared.Backup().ok();
      prepared.s.files.Restart(survives);
      const bool there = prepared.s.files.Has(BackupFixture::kSet);
      EXPECT_TRUE(there || !made);
      if (!there) continue;
      EXPECT_TRUE(prepared.Verify().ok()) << prepared.Verify();
    }
  }
}

TEST(CreateBackupFaultTest, NeverTakesTheRoomThatTheLedgerNeeds) {
  Prepared prepared;
  const uint64_t used = UINT64_MAX - *prepared.s.files.FreeBytes("/");
  prepared.s.files.SetCapacity(used + kStorageRoomBytes - 1);
  EXPECT_EQ(prepared.Backup().status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(prepared.s.files.Has(BackupFixture::kSet));
  EXPECT_THAT(prepared.Unfinished(), IsEmpty());
}

TEST(CreateBackupFaultTest, StoppedAtAnyMomentItLeavesNothing) {
  for (int stop_at = 1;; ++stop_at) {
    SCOPED_TRACE(stop_at);
    Prepared prepared;
    int asked = 0;
    const auto made = prepared.Backup(BackupFixture::kSet, "",
                                      [&](const BackupProgress&) { return ++asked != stop_at; });
    if (asked < stop_at) {
      EXPECT_TRUE(made.ok()) << made.status();
      EXPECT_GT(stop_at, 5);
      return;
    }
    if (made.ok()) continue;  // its last word was that it is done
    EXPECT_EQ(made.status().code(), absl::StatusCode::kCancelled);
    EXPECT_FALSE(prepared.s.files.Has(BackupFixture::kSet));
    EXPECT_THAT(prepared.Unfinished(), IsEmpty());
  }
}

}  // namespace
}  // namespace wallet
