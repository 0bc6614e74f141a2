#include "snapshot/backup_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "snapshot/temporaries.h"
#include "tests/snapshot/backup_fixture.h"
#include "tests/support/temp_dir.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kTotalBytes = 15 + 300 + 0 + 10 + 100;

class BackupSetTest : public ::testing::Test {
 protected:
  BackupDisk disk_;
  MemoryFiles& files_ = disk_.files;
};

TEST_F(BackupSetTest, WhatIsBackedUpIsRestored) {
  const auto report = disk_.Create("/backups/1");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->copied_files, 5u);
  EXPECT_EQ(report->copied_bytes, kTotalBytes);
  EXPECT_EQ(report->linked_files, 0u);
  EXPECT_EQ(disk_.Verify("/backups/1"), absl::OkStatus());
  EXPECT_EQ(disk_.Restore("/backups/1", "/restored"), absl::OkStatus());
  EXPECT_EQ(CheckRestored(files_, "/restored"), absl::OkStatus());
}

TEST_F(BackupSetTest, TheManifestSaysWhatIsInIt) {
  ASSERT_TRUE(disk_.Create("/backups/1").ok());
  const auto manifest = ReadBackupManifest(files_, "/backups/1");
  ASSERT_TRUE(manifest.ok());
  EXPECT_EQ(manifest->metadata, kBackupMetadata);
  EXPECT_EQ(manifest->TotalBytes(), kTotalBytes);
  ASSERT_EQ(manifest->files.size(), 5u);
  EXPECT_EQ(manifest->files[3].name, "log/000007.log");
  EXPECT_EQ(manifest->files[3].kind, BackupKind::kAppendOnly);
  EXPECT_EQ(manifest->files[3].bytes, 10u);
  EXPECT_EQ(manifest->files[3].hash, Sha256Of({"0123456789"}));
}

TEST_F(BackupSetTest, WhatDidNotChangeIsLinked) {
  ASSERT_TRUE(disk_.Create("/backups/1").ok());
  files_.Put("/ledger/index/000001.run", std::string(300, 'R'));
  const auto report = disk_.Create("/backups/2", {.earlier = "/backups/1"});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->copied_files, 1u);
  EXPECT_EQ(report->copied_bytes, 300u);
  EXPECT_EQ(report->linked_files, 4u);
  EXPECT_EQ(report->linked_bytes, kTotalBytes - 300);
  EXPECT_TRUE(files_.Same("/backups/1/files/LEDGER", "/backups/2/files/LEDGER"));
  EXPECT_FALSE(
      files_.Same("/backups/1/files/index/000001.run", "/backups/2/files/index/000001.run"));
  EXPECT_EQ(disk_.Verify("/backups/1"), absl::OkStatus());
  EXPECT_EQ(disk_.Verify("/backups/2"), absl::OkStatus());
  ASSERT_TRUE(files_.RemoveTree("/backups/1").ok());
  EXPECT_EQ(disk_.Verify("/backups/2"), absl::OkStatus());
}

TEST_F(BackupSetTest, DamageToAnEarlierCopyIsNotInherited) {
  ASSERT_TRUE(disk_.Create("/backups/1").ok());
  files_.Put("/backups/1/files/LEDGER", "epoch abcd2346\n");
  files_.Put("/backups/1/files/log/000007.log", "012");
  files_.Put("/backups/1/files/index/000001.run", std::string(301, 'r'));
  const auto report = disk_.Create("/backups/2", {.earlier = "/backups/1"});
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->copied_files, 3u);
  EXPECT_EQ(disk_.Verify("/backups/2"), absl::OkStatus());
}

TEST_F(BackupSetTest, WithoutLinksItIsCopied) {
  files_.RefuseLinks();
  ASSERT_TRUE(disk_.Create("/backups/1").ok());
  const auto report = disk_.Create("/backups/2", {.earlier = "/backups/1"});
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->copied_files, 5u);
  EXPECT_EQ(disk_.Verify("/backups/2"), absl::OkStatus());
}

TEST_F(BackupSetTest, AnEarlierSetThatIsNoneIsRefused) {
  EXPECT_EQ(disk_.Create("/backups/2", {.earlier = "/backups/1"}).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(disk_.Others(), (std::vector<std::string>{"/backups/"}));
}

TEST_F(BackupSetTest, WhatACrashLeftIsTakenOverWhenTold) {
  files_.CrashAt(40);
  EXPECT_FALSE(disk_.Create("/backups/1").ok());
  files_.Restart(MemoryFiles::Survives::kEverything);
  ASSERT_TRUE(files_.Has("/backups/1.tmp/files/LEDGER"));
  EXPECT_EQ(disk_.Create("/backups/1").status().code(), absl::StatusCode::kAlreadyExists);
  const auto report = disk_.Create("/backups/1", {.take_over = true});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_GE(report->linked_files, 1u);
  EXPECT_EQ(disk_.Verify("/backups/1"), absl::OkStatus());
  EXPECT_EQ(files_.List("/backups")->size(), 1u);
}

TEST_F(BackupSetTest, NothingIsOverwritten) {
  ASSERT_TRUE(disk_.Create("/backups/1").ok());
  const auto before = files_.Tree();
  EXPECT_EQ(disk_.Create("/backups/1").status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(disk_.Restore("/backups/1", "/ledger").code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(disk_.Restore("/backups/1", "/ledger/LEDGER").code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(files_.Tree(), before);
  files_.Put("/restored.tmp/somebodys", "file");
  EXPECT_EQ(disk_.Restore("/backups/1", "/restored").code(), absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(files_.Has("/restored.tmp/somebodys"));
  ASSERT_TRUE(RemoveUnfinished(files_, "/restored").ok());
  EXPECT_EQ(disk_.Restore("/backups/1", "/restored"), absl::OkStatus());
}

TEST_F(BackupSetTest, AnEmptyDirectoryIsAFreePlace) {
  ASSERT_TRUE(files_.CreateDirectory("/backups/1").ok());
  ASSERT_TRUE(files_.CreateDirectory("/restored").ok());
  EXPECT_TRUE(disk_.Create("/backups/1/").ok());
  EXPECT_EQ(disk_.Restore("/backups/1/", "/restored/"), absl::OkStatus());
  EXPECT_EQ(CheckRestored(files_, "/restored"), absl::OkStatus());
}

TEST_F(BackupSetTest, NamesThatMakeNoSetAreRefused) {
  const std::string path = "/ledger/LEDGER";
  for (const std::vector<std::string>& names : {std::vector<std::string>{""},
                                                {"/a"},
                                                {"a/"},
                                                {"../a"},
                                                {"a/../b"},
                                                {"."},
                                                {"a//b"},
                                                {"a\nb"},
                                                {std::string(1025, 'a')},
                                                {"a", "a"},
                                                {"a", "a/b"},
                                                {"a", "a.b", "a/b"}}) {
    std::vector<BackupSource> sources;
    for (const std::string& name : names) sources.push_back({name, path});
    EXPECT_EQ(CreateBackupSet(files_, "/backups/1", sources, "").status().code(),
              absl::StatusCode::kInvalidArgument)
        << names.back();
  }
  EXPECT_EQ(files_.List("/backups")->size(), 0u);
}

TEST_F(BackupSetTest, ASourceThatIsShorterOrMissingIsRefused) {
  std::vector<BackupSource> sources = BackupSources("/ledger");
  sources[3].bytes = 1000;
  EXPECT_EQ(CreateBackupSet(files_, "/backups/1", sources, "").status().code(),
            absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(files_.Remove("/ledger/LEDGER").ok());
  EXPECT_EQ(disk_.Create("/backups/1").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(files_.List("/backups")->size(), 0u);
}

TEST_F(BackupSetTest, AnImmutableFileThatGrowsIsRefused) {
  const auto grow = [&](const Progress&) {
    files_.Put("/ledger/index/000001.run", std::string(301, 'r'));
    return true;
  };
  const absl::Status status = disk_.Create("/backups/1", {}, grow).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("index/000001.run"));
}

TEST_F(BackupSetTest, ProgressReachesItsEnd) {
  std::vector<uint64_t> done;
  const auto note = [&](const Progress& progress) {
    EXPECT_EQ(progress.total_bytes, kTotalBytes);
    done.push_back(progress.done_bytes);
    return true;
  };
  const auto expect_whole = [&] {
    EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
    EXPECT_EQ(done.back(), kTotalBytes);
    done.clear();
  };
  ASSERT_TRUE(disk_.Create("/backups/1", {}, note).ok());
  expect_whole();
  ASSERT_TRUE(disk_.Create("/backups/2", {.earlier = "/backups/1"}, note).ok());
  expect_whole();
  ASSERT_TRUE(VerifyBackupSet(files_, "/backups/2", note).ok());
  expect_whole();
  ASSERT_TRUE(RestoreBackupSet(files_, "/backups/2", "/restored", FinishNothing, note).ok());
  expect_whole();
}

TEST_F(BackupSetTest, StoppedAnywhereItLeavesNothing) {
  ASSERT_TRUE(disk_.Create("/backups/1").ok());
  const auto before = files_.Tree();
  for (int calls = 0;; ++calls) {
    int left = calls;
    const auto stop = [&](const Progress&) { return left-- > 0; };
    const absl::Status made = disk_.Create("/backups/2", {.earlier = "/backups/1"}, stop).status();
    left = calls;
    const absl::Status restored =
        RestoreBackupSet(files_, "/backups/1", "/restored", FinishNothing, stop).status();
    left = calls;
    const absl::Status verified = VerifyBackupSet(files_, "/backups/1", stop).status();
    if (made.ok()) break;
    EXPECT_EQ(made.code(), absl::StatusCode::kCancelled);
    EXPECT_TRUE(verified.ok() || absl::IsCancelled(verified));
    if (restored.ok()) {
      ASSERT_TRUE(files_.RemoveTree("/restored").ok());
    }
    EXPECT_EQ(files_.Tree(), before) << calls;
  }
}

TEST_F(BackupSetTest, TheCallerFinishesARestoreBeforeItHasItsName) {
  ASSERT_TRUE(disk_.Create("/backups/1").ok());
  const auto refuse = [&](const std::string&) { return absl::InternalError("no epoch"); };
  EXPECT_EQ(RestoreBackupSet(files_, "/backups/1", "/restored", refuse).status(),
            absl::InternalError("no epoch"));
  EXPECT_FALSE(files_.Has("/restored") || files_.Has("/restored.tmp"));

  const auto new_epoch = [&](const std::string& directory) {
    EXPECT_EQ(CheckRestored(files_, directory), absl::OkStatus());
    EXPECT_FALSE(files_.Has("/restored"));
    return files_.WriteFileAtomically(directory + "/LEDGER", "epoch new");
  };
  ASSERT_TRUE(RestoreBackupSet(files_, "/backups/1", "/restored", new_epoch).ok());
  files_.Restart(MemoryFiles::Survives::kSynced);
  EXPECT_EQ(files_.Get("/restored/LEDGER"), "epoch new");
}

TEST(BackupOnDiskTest, TheMachinesFilesAreBackedUpLinkedAndRestored) {
  TempDir directory;
  FileSystem& files = PosixFileSystem();
  const std::string root = directory.path();
  PutLedger(root + "/ledger", [&](const std::string& path, const std::string& bytes) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    ASSERT_TRUE(files.WriteFileAtomically(path, bytes).ok());
  });
  const auto sources = BackupSources(root + "/ledger");
  ASSERT_TRUE(CreateBackupSet(files, root + "/1", sources, "").ok());
  const auto second = CreateBackupSet(files, root + "/2", sources, "", {.earlier = root + "/1"});
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->linked_files, 5u);
  EXPECT_EQ(std::filesystem::hard_link_count(root + "/2/files/LEDGER"), 2u);
  ASSERT_TRUE(std::filesystem::create_directory(root + "/restored"));
  EXPECT_EQ(RestoreBackupSet(files, root + "/2", root + "/restored").status(), absl::OkStatus());
  EXPECT_EQ(CheckRestored(files, root + "/restored"), absl::OkStatus());
  EXPECT_EQ(std::filesystem::hard_link_count(root + "/restored/LEDGER"), 1u);
  EXPECT_EQ(RestoreBackupSet(files, root + "/2", root + "/restored").status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(files.List(root)->size(), 4u);
}

TEST_F(BackupSetTest, WhatWasMadeForTheSetBecomesItsFileWhereTheDiskAllows) {
  files_.Put("/made", "for the set");
  const std::vector<BackupSource> sources = {{.name = "a", .path = "/made", .link = true}};
  const auto made = CreateBackupSet(files_, "/backups/1", sources, "");
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->copied_files, 1u);
  EXPECT_EQ(made->linked_files, 0u);
  EXPECT_TRUE(files_.Same("/made", "/backups/1/files/a"));
  files_.RefuseLinks();
  const auto copied = CreateBackupSet(files_, "/backups/2", sources, "");
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(copied->copied_files, 1u);
  EXPECT_EQ(disk_.Verify("/backups/2"), absl::OkStatus());
}

TEST_F(BackupSetTest, ASetThatItsMakerRefusesWasNeverThere) {
  std::string seen;
  BackupOptions options;
  options.check = [&](const std::string& directory) {
    seen = directory;
    EXPECT_EQ(disk_.Verify(directory), absl::OkStatus());
    return absl::DataLossError("not what I meant");
  };
  EXPECT_EQ(disk_.Create("/backups/1", options).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(seen, "/backups/1.tmp");
  EXPECT_EQ(disk_.Others(), std::vector<std::string>{"/backups/"});
}

}  // namespace
}  // namespace wallet
