#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/backup/backup_fixture.h"

namespace wallet {
namespace {

using testing::BackupFixture;
using testing::GoOn;

class VerifyBackupTest : public ::testing::Test, protected BackupFixture {
 protected:
  VerifyBackupTest() {
    OpenIndex();
    s.Write(40);
    IndexUpTo(s.Take()->position);
    s.Write(20);
    EXPECT_TRUE(Backup().ok());
  }
  // Makes the set again with the manifest it has, of other files: each is what its hash says.
  void Remake(const std::string& name, const std::string& bytes) {
    const auto read = ReadBackupContents(s.files, kSet);
    std::vector<BackupSource> sources;
    for (const BackupFile& file : read->manifest.files) {
      sources.push_back({file.name, BackupFilePath(kSet, file.name)});
    }
    s.files.Put(BackupFilePath(kSet, name), bytes);
    ASSERT_TRUE(CreateBackupSet(s.files, "/backups/forged", sources, read->manifest.metadata).ok());
  }
};

TEST_F(VerifyBackupTest, ReportsHowFarItIsUpToTheEnd) {
  uint64_t last = 0, total = 0;
  const auto read = VerifyBackup(s.files, kSet, [&](const BackupProgress& progress) {
    EXPECT_EQ(progress.phase, BackupPhase::kVerify);
    EXPECT_GE(progress.done, last);
    last = progress.done;
    total = progress.total;
    return true;
  });
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(last, total);
  EXPECT_EQ(total, 2 * read->manifest.TotalBytes());
}

TEST_F(VerifyBackupTest, FindsAFlippedBitAndAMissingFileWhereverItIs) {
  const auto read = ReadBackupContents(s.files, kSet);
  ASSERT_TRUE(read.ok());
  for (const BackupFile& file : read->manifest.files) {
    const std::string path = BackupFilePath(kSet, file.name);
    const std::string whole = s.files.Get(path);
    std::string damaged = whole;
    damaged[damaged.size() / 3] ^= 4;
    s.files.Put(path, damaged);
    EXPECT_EQ(Verify().code(), absl::StatusCode::kDataLoss) << file.name;
    ASSERT_TRUE(s.files.Remove(path).ok());
    EXPECT_EQ(Verify().code(), absl::StatusCode::kDataLoss) << file.name;
    s.files.Put(path, whole);
    EXPECT_TRUE(Verify().ok());
  }
}

TEST_F(VerifyBackupTest, ASetThatIsAsItWasMadeButOfTwoLedgersIsRefused) {
  LedgerIdentity other = identity;
  other.chain_seed = "another";
  Remake("LEDGER", EncodeIdentity(other));
  EXPECT_EQ(Verify("/backups/forged").code(), absl::StatusCode::kDataLoss);
}

TEST_F(VerifyBackupTest, AnIndexOfAnotherMomentIsRefused) {
  IndexUpTo(s.h.log->end());
  Remake("index/MANIFEST", EncodeRunManifest(index->runs().view()->manifest()));
  EXPECT_EQ(Verify("/backups/forged").code(), absl::StatusCode::kDataLoss);
}

TEST_F(VerifyBackupTest, StopsWhenToldTo) {
  EXPECT_EQ(
      VerifyBackup(s.files, kSet, [](const BackupProgress&) { return false; }).status().code(),
      absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace wallet
