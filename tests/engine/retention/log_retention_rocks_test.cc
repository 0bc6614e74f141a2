// The same on the log that is used in production, over a restart.
#include <gtest/gtest.h>

#include "engine/retention/log_retention.h"
#include "tests/wal/rocks_fixture.h"
#include "wal/archive/archive_reader.h"
#include "wal/archive/read_history.h"
#include "wal/record.h"

namespace wallet {
namespace {

using testing::RocksFixture;

TEST(LogRetentionRocksTest, WhatWasTrimmedIsReadFromTheArchiveAfterARestart) {
  RocksFixture rocks;
  FileSystem& files = PosixFileSystem();
  FakeClock clock;
  ManualScheduler scheduler(clock);
  const auto executor = scheduler.MakeExecutor();
  ASSERT_TRUE(rocks.Create(rocks.path()).ok());
  auto log = rocks.Open(rocks.path());
  ASSERT_TRUE(log.ok()) << log.status();
  auto archive = ArchiveWriter::Open(files, rocks.path("archive"), GenesisHash("seed"));
  ASSERT_TRUE(archive.ok()) << archive.status();
  SnapshotCatalog catalog(files, rocks.path("snapshots"));
  ASSERT_TRUE(catalog.CreateDirectory().ok());

  Holds holds;
  std::function<void(std::string)> on_alarm = [](std::string text) { ADD_FAILURE() << text; };
  int trims = 0;
  std::function<void(const LogTrimmed&)> on_trim = [&](const LogTrimmed&) { ++trims; };
  LogRetention retention({files, rocks.path("snapshots"), **log, archive->get(),
                          [] { return Position(100); }, holds, on_alarm, on_trim},
                         *executor, std::nullopt);
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(testing::Append(**log, 2, "two events").ok());
  for (const uint64_t position : {40, 50}) {
    ASSERT_TRUE(files.WriteFileAtomically(catalog.PathOf(Position(position)), "snapshot").ok());
  }
  retention.Run();
  scheduler.RunUntilIdle();
  EXPECT_EQ(trims, 1);
  EXPECT_EQ((*log)->begin(), Position(40));

  log->reset();
  log = rocks.Open(rocks.path());
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ((*log)->begin(), Position(40));
  const auto reader = ArchiveReader::Open(files, rocks.path("archive"));
  ASSERT_TRUE(reader.ok()) << reader.status();
  int records = 0;
  const absl::Status read =
      ReadHistory(reader->get(), log->get(), Position(0), std::nullopt,
                  [&](const RecordView&) { return ++records, absl::OkStatus(); });
  EXPECT_TRUE(read.ok()) << read;
  EXPECT_EQ(records, 30);
}

}  // namespace
}  // namespace wallet
