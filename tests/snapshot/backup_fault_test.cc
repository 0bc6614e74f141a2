// A set, and what is restored from it, exists whole or not at all, whatever fails and whenever the
// power goes.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "snapshot/temporaries.h"
#include "tests/snapshot/backup_fixture.h"

namespace wallet {
namespace {

using Survives = MemoryFiles::Survives;

// Work that makes `path`, and how to see that it is whole.
struct Work {
  const char* name;
  const char* path;
  bool with_earlier;
  std::function<absl::Status(BackupDisk&)> run;
  std::function<absl::Status(BackupDisk&)> check;
};

// A disk on which the work can begin.
std::unique_ptr<BackupDisk> Prepare(const Work& work) {
  auto disk = std::make_unique<BackupDisk>();
  if (work.with_earlier) {
    EXPECT_TRUE(disk->Create("/backups/1").ok());
  }
  return disk;
}

class BackupFaultTest : public ::testing::TestWithParam<Work> {
 protected:
  const Work& work_ = GetParam();
};

absl::Status MakeSecond(BackupDisk& disk) {
  return disk.Create("/backups/2", {.earlier = "/backups/1"}).status();
}

INSTANTIATE_TEST_SUITE_P(
    Works, BackupFaultTest,
    ::testing::Values(Work{"Create", "/backups/1", false,
                           [](BackupDisk& disk) { return disk.Create("/backups/1").status(); },
                           [](BackupDisk& disk) { return disk.Verify("/backups/1"); }},
                      Work{"CreateIncremental", "/backups/2", true, MakeSecond,
                           [](BackupDisk& disk) { return disk.Verify("/backups/2"); }},
                      Work{
                          "Restore", "/restored", true,
                          [](BackupDisk& disk) { return disk.Restore("/backups/1", "/restored"); },
                          [](BackupDisk& disk) { return CheckRestored(disk.files, "/restored"); }}),
    [](const auto& info) { return info.param.name; });

TEST_P(BackupFaultTest, AnyOperationMayFail) {
  const absl::Status error = absl::InternalError("input/output error");
  for (uint64_t operation = 1;; ++operation) {
    auto disk = Prepare(work_);
    const auto before = disk->files.Tree();
    const uint64_t chosen = disk->files.operations() + operation;
    disk->files.FailAt(chosen, error);
    const absl::Status status = work_.run(*disk);
    if (disk->files.operations() < chosen) break;
    if (status.ok()) {
      EXPECT_EQ(work_.check(*disk), absl::OkStatus()) << operation;
      continue;
    }
    EXPECT_EQ(status, error) << operation;
    EXPECT_EQ(disk->files.Tree(), before) << operation;
    EXPECT_EQ(work_.run(*disk), absl::OkStatus()) << operation;
  }
}

TEST_P(BackupFaultTest, OnAFullDiskThereIsNothingAndItsRoomIsGivenBack) {
  for (uint64_t free = 0;; ++free) {
    auto disk = Prepare(work_);
    const auto before = disk->files.Tree();
    const uint64_t used = UINT64_MAX - *disk->files.FreeBytes("/");
    disk->files.SetCapacity(used + free);
    const absl::Status status = work_.run(*disk);
    if (status.ok()) {
      EXPECT_GT(free, 100u);
      break;
    }
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << free;
    EXPECT_EQ(disk->files.Tree(), before) << free;
  }
}

TEST_P(BackupFaultTest, AfterACrashItIsWholeOrNotThere) {
  for (const Survives survives : {Survives::kSynced, Survives::kNames, Survives::kEverything}) {
    for (uint64_t operation = 1;; ++operation) {
      auto disk = Prepare(work_);
      disk->files.CrashAt(disk->files.operations() + operation);
      const bool done = work_.run(*disk).ok();
      const bool crashed = disk->files.crashed();
      disk->files.Restart(survives);
      EXPECT_TRUE(!done || disk->files.Has(work_.path)) << operation;
      if (disk->files.Has(work_.path)) {
        EXPECT_EQ(work_.check(*disk), absl::OkStatus()) << operation;
      } else {
        ASSERT_TRUE(RemoveUnfinished(disk->files, work_.path).ok());
        EXPECT_EQ(work_.run(*disk), absl::OkStatus()) << operation;
      }
      if (work_.with_earlier) {
        EXPECT_EQ(disk->Verify("/backups/1"), absl::OkStatus()) << operation;
      }
      if (!crashed) break;
    }
  }
}

TEST(BackupTakeOverTest, ACrashAnywhereCanBeTakenOver) {
  const BackupOptions take_over = {.take_over = true};
  bool done = false;
  for (uint64_t operation = 1; !done; ++operation) {
    BackupDisk disk;
    disk.files.CrashAt(disk.files.operations() + operation);
    done = disk.Create("/backups/1").ok();
    bool answered = done;
    disk.files.Restart(operation % 2 == 0 ? Survives::kNames : Survives::kEverything);
    if (!disk.files.Has("/backups/1")) {
      // The second attempt is cut off, too, some of the time.
      disk.files.CrashAt(disk.files.operations() + operation + 20);
      answered = disk.Create("/backups/1", take_over).ok();
      disk.files.Restart(Survives::kEverything);
    }
    if (!disk.files.Has("/backups/1")) {
      answered = disk.Create("/backups/1", take_over).ok();
      ASSERT_TRUE(answered) << operation;
    }
    // What was answered is durable, whatever it was taken over from.
    if (answered) disk.files.Restart(Survives::kSynced);
    EXPECT_EQ(disk.Verify("/backups/1"), absl::OkStatus()) << operation;
    ASSERT_TRUE(RemoveUnfinished(disk.files, "/backups/1").ok());
    EXPECT_EQ(disk.files.List("/backups")->size(), 1u) << operation;
  }
}

}  // namespace
}  // namespace wallet
