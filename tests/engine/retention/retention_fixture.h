// A log, snapshots and an archive, and what keeps them in step.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/retention/log_retention.h"
#include "snapshot/catalog.h"
#include "tests/support/fake_clock.h"
#include "tests/support/manual_executor.h"
#include "tests/support/memory_files.h"
#include "tests/wal/archive/archive_fixture.h"

namespace wallet::testing {

inline constexpr char kSnapshots[] = "/snapshots";

// The log has records of two events each; snapshots are files of which only the names matter.
struct RetentionFixture {
  RetentionFixture() {
    logged.AppendMany(20);
    EXPECT_TRUE(files.CreateDirectory(kSnapshots).ok());
  }

  void PutSnapshot(uint64_t position) {
    files.Put(SnapshotCatalog(files, kSnapshots).PathOf(Position(position)), "snapshot");
  }
  absl::Status OpenArchive() {
    auto opened = logged.OpenWriter(files, kDirectory);
    if (opened.ok()) archive = *std::move(opened);
    return opened.status();
  }
  // Has it run once, as after a snapshot.
  void RunOnce() {
    if (!retention) Open();
    retention->Run();
    scheduler.RunUntilIdle();
  }
  void Open() {
    retention = std::make_unique<LogRetention>(
        LogRetentionEnvironment{files, kSnapshots, *logged.log, archive.get(), index_position,
                                holds, on_alarm, on_trim},
        *executor, started_from);
  }
  Position begin() const { return logged.log->begin(); }

  MemoryFiles files;
  ArchivedLog logged;
  std::unique_ptr<ArchiveWriter> archive;
  Holds holds;
  std::function<Position()> index_position = [] { return Position(1'000); };
  std::optional<Position> started_from;
  std::vector<std::string> alarms;
  std::vector<LogTrimmed> trims;
  std::function<void(std::string)> on_alarm = [this](std::string text) { alarms.push_back(text); };
  std::function<void(const LogTrimmed&)> on_trim = [this](const LogTrimmed& trimmed) {
    trims.push_back(trimmed);
  };
  FakeClock clock;
  ManualScheduler scheduler{clock};
  std::unique_ptr<Executor> executor = scheduler.MakeExecutor();
  std::unique_ptr<LogRetention> retention;
};

}  // namespace wallet::testing
