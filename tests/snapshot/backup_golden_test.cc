// Old backup sets still verify and restore, and the bytes of this version do not change.
#include <gtest/gtest.h>

#include <string>

#include "tests/snapshot/backup_fixture.h"
#include "tests/support/temp_dir.h"

namespace wallet {
namespace {

constexpr char kGolden[] = WALLET_GOLDEN_DIR "/backup_v1";

TEST(BackupGoldenTest, ASetOfVersion1VerifiesAndRestores) {
  TempDir directory;
  FileSystem& files = PosixFileSystem();
  const auto manifest = VerifyBackupSet(files, kGolden);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->metadata, kBackupMetadata);
  const std::string target = directory.path() + "/restored";
  ASSERT_EQ(RestoreBackupSet(files, kGolden, target).status(), absl::OkStatus());
  EXPECT_EQ(CheckRestored(files, target), absl::OkStatus());
}

TEST(BackupGoldenTest, TheBytesAreThoseOfTheGoldenManifest) {
  BackupDisk disk;
  ASSERT_TRUE(disk.Create("/backups/1").ok());
  const auto golden = PosixFileSystem().ReadFile(std::string(kGolden) + "/MANIFEST");
  EXPECT_EQ(disk.files.Get("/backups/1/MANIFEST"), golden.value_or("missing"));
}

}  // namespace
}  // namespace wallet
