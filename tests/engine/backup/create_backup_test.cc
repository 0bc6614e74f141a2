#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/backup/backup_fixture.h"

namespace wallet {
namespace {

using testing::BackupFixture;
using testing::GoOn;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CreateBackupTest : public ::testing::Test, protected BackupFixture {};

TEST_F(CreateBackupTest, HoldsSnapshotIndexAndTheLogBehindThem) {
  OpenIndex();
  s.Write(100);
  const Position cut = s.Take()->position;
  IndexUpTo(cut);
  s.Write(50);
  IndexUpTo(s.h.log->end());
  s.Write(20);
  const auto made = Backup();
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->contents.snapshot, cut);
  EXPECT_EQ(made->contents.index, index->position());
  EXPECT_EQ(made->contents.log_begin, cut);
  EXPECT_EQ(made->contents.end, s.h.log->end());
  EXPECT_EQ(made->contents.end_hash, s.h.log->end_hash());
  EXPECT_EQ(made->contents.epoch, Epoch(7));
  EXPECT_TRUE(Verify().ok()) << Verify();
  EXPECT_EQ(StateIn(), s.State());
  EXPECT_THAT(Unfinished(), IsEmpty());
  const auto read = ReadBackupContents(s.files, kSet);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->contents, made->contents);
}

TEST_F(CreateBackupTest, OfALedgerWithoutSnapshotAndIndexHoldsTheWholeLog) {
  s.Write(30);
  const auto made = Backup();
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->contents.snapshot, std::nullopt);
  EXPECT_EQ(made->contents.index, std::nullopt);
  EXPECT_EQ(made->contents.log_begin, Position(0));
  EXPECT_EQ(made->contents.log_begin_hash, GenesisHash("memory"));
  EXPECT_EQ(StateIn(), s.State());
}

TEST_F(CreateBackupTest, OfALedgerInWhichNothingHappenedIsWhole) {
  const auto made = Backup();
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->contents.end, Position(0));
  EXPECT_EQ(made->contents.end_hash, GenesisHash("memory"));
  EXPECT_TRUE(Verify().ok()) << Verify();
}

TEST_F(CreateBackupTest, RightAfterASnapshotHoldsNoLog) {
  OpenIndex();
  s.Write(40);
  const Position cut = s.Take()->position;
  IndexUpTo(cut);
  s.h.disk->keeps_everything = false;
  ASSERT_TRUE(s.h.log->Trim(cut).ok());
  const auto made = Backup();
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->contents.log_begin, made->contents.end);
  EXPECT_EQ(made->contents.end_hash, s.h.log->end_hash());
  EXPECT_EQ(StateIn(), s.State());
}

TEST_F(CreateBackupTest, TakesTheNewestSnapshotThatTheIndexReaches) {
  OpenIndex();
  s.Write(40);
  const Position older = s.Take()->position;
  IndexUpTo(older);
  s.Write(40);
  ASSERT_GT(s.Take()->position, older);
  const auto made = Backup();
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->contents.snapshot, older);
  EXPECT_EQ(StateIn(), s.State());
}

TEST_F(CreateBackupTest, AgainstAnEarlierSetCopiesOnlyWhatIsNew) {
  OpenIndex();
  s.Write(60);
  IndexUpTo(s.Take()->position);
  s.Write(30);
  ASSERT_TRUE(Backup().ok());
  s.Write(10);
  IndexUpTo(s.h.log->end());
  const auto second = Backup("/backups/2", kSet);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_TRUE(Verify("/backups/2").ok()) << Verify("/backups/2");
  EXPECT_EQ(StateIn("/backups/2"), s.State());
  const auto first = ReadBackupContents(s.files, kSet);
  int shared = 0;
  for (const BackupFile& file : first->manifest.files) {
    const bool same =
        s.files.Same(BackupFilePath(kSet, file.name), BackupFilePath("/backups/2", file.name));
    EXPECT_EQ(same, file.name != "index/MANIFEST") << file.name;
    shared += same;
  }
  EXPECT_GE(shared, 4);  // the identity, the snapshot, a run, a segment
}

TEST_F(CreateBackupTest, AnEarlierSetOfAnotherHistoryIsNotUsed) {
  BackupFixture other;
  other.s.Write(90);
  ASSERT_TRUE(other.Backup().ok());
  for (const std::string& path : other.s.files.Tree()) {
    if (path.starts_with("/backups/1/") && !path.ends_with("/")) {
      s.files.Put("/backups/0/" + path.substr(11), other.s.files.Get(path));
    }
  }
  s.Write(3);
  s.h.Do(1, testing::Harness::ChargeOf(1, 5, "own"));
  const auto made = Backup(kSet, "/backups/0");
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(Verify().ok()) << Verify();
  EXPECT_EQ(StateIn(), s.State());
}

TEST_F(CreateBackupTest, OverwritesNothingAndStaysOutOfTheLedgersDirectory) {
  s.Write(5);
  s.files.Put("/backups/1/notes", "mine");
  EXPECT_EQ(Backup().status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Backup("/ledger/backup").status().code(), absl::StatusCode::kInvalidArgument);
  s.files.Put("/backups/2.parts.tmp/x", "");
  const absl::Status leftover = Backup("/backups/2").status();
  EXPECT_EQ(leftover.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(leftover.message()), HasSubstr("/backups/2.parts.tmp"));
  s.files.Put("/backups/2.tmp/files/x", "");
  EXPECT_THAT(std::string(Backup("/backups/2").status().message()),
              HasSubstr("/backups/2.parts.tmp and /backups/2.tmp: "));
  EXPECT_TRUE(s.files.Has("/backups/2.tmp/files/x"));
  EXPECT_EQ(Backup("/backups/3", "/nowhere").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CreateBackupTest, WhatDoesNotReachEachOtherIsNoBackup) {
  OpenIndex();
  s.Write(40);
  const Position end = s.h.log->end();
  s.h.disk->keeps_everything = false;
  ASSERT_TRUE(s.h.log->Trim(end).ok());
  const absl::Status status = Backup().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(Unfinished(), IsEmpty());
}

TEST_F(CreateBackupTest, ADamagedSnapshotMakesNoSet) {
  s.Write(60);
  const Position cut = s.Take()->position;
  std::string bytes = s.files.Get(s.PathOf(cut));
  bytes[bytes.size() / 2] ^= 1;
  s.files.Put(s.PathOf(cut), bytes);
  EXPECT_EQ(Backup().status().code(), absl::StatusCode::kDataLoss);
  EXPECT_FALSE(s.files.Has(kSet));
  EXPECT_THAT(Unfinished(), IsEmpty());
}

TEST_F(CreateBackupTest, ASnapshotOfAnotherLogMakesNoSet) {
  s.Write(60);
  const Position cut = s.Take()->position;
  BackupFixture other;
  while (other.s.h.log->end() < cut) {
    other.s.h.Do(2, testing::Harness::ChargeOf(2, 7, "other"));
    other.s.Write(1);
  }
  ASSERT_EQ(other.s.h.log->end(), cut) << "the other log has no record that ends there";
  ASSERT_TRUE(other.s.Take().ok());
  s.files.Put(s.PathOf(cut), other.s.files.Get(other.s.PathOf(cut)));
  EXPECT_EQ(Backup().status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(CreateBackupTest, GoesOnWhileItsSnapshotWouldBeRemoved) {
  s.Write(60);
  const Position cut = s.Take()->position;
  bool taken = false;
  const auto made = Backup(kSet, "", [&](const BackupProgress&) {
    if (std::exchange(taken, true)) return true;
    for (int i = 0; i < 3; ++i) {
      s.Write(5);
      EXPECT_TRUE(s.Take().ok());
    }
    return true;
  });
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->contents.snapshot, cut);
  EXPECT_EQ(s.Kept().size(), 4u);
  s.Write(5);
  ASSERT_TRUE(s.Take().ok());
  EXPECT_EQ(s.Kept().size(), 2u);
}

}  // namespace
}  // namespace wallet
