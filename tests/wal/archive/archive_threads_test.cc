// Appends, copies, trims and reads of everything at the same time, on a real disk.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/wal/rocks_fixture.h"
#include "wal/archive/archive_writer.h"
#include "wal/archive/read_history.h"
#include "wal/record.h"

namespace wallet {
namespace {

constexpr uint64_t kRecords = 300;

TEST(ArchiveThreadsTest, TheHistoryIsWholeWhileItIsWrittenAndArchived) {
  testing::RocksFixture rocks;
  ASSERT_TRUE(rocks.Create(rocks.path()).ok());
  const auto log = *rocks.Open(rocks.path());
  const std::string directory = rocks.path("archive");
  const auto writer = *ArchiveWriter::Open(PosixFileSystem(), directory, GenesisHash("seed"),
                                           {.segment_bytes = 1000});
  std::atomic<bool> done = false;
  std::atomic<uint64_t> reads = 0, copies = 0;
  std::thread archiver([&] {
    while (!done) {
      const Position end = log->end();
      ASSERT_EQ(writer->CopyUpTo(*log, end, [] { return false; }), absl::OkStatus());
      EXPECT_EQ(writer->end(), end);
      EXPECT_EQ(log->Trim(end), absl::OkStatus());
      ++copies;
    }
  });
  std::thread reader([&] {
    while (!done) {
      const Position end = log->end();
      uint64_t next = 1;
      const auto archive = ArchiveReader::Open(PosixFileSystem(), directory);
      ASSERT_TRUE(archive.ok()) << archive.status();
      const absl::Status status = ReadHistory(archive->get(), log.get(), Position(0), std::nullopt,
                                              [&](const RecordView& record) {
                                                EXPECT_EQ(record.payload, absl::StrCat(next));
                                                next = record.last().value() + 1;
                                                return absl::OkStatus();
                                              });
      ++reads;
      // A trim may have come between the archive's opening and the log's reading.
      if (absl::IsOutOfRange(status)) continue;
      EXPECT_EQ(status, absl::OkStatus());
      EXPECT_GT(next, end.value());
    }
  });
  for (uint64_t i = 0; i < kRecords; ++i) {
    ASSERT_TRUE(testing::Append(*log, 1, absl::StrCat(i + 1)).ok());
    while (reads < i / 20 || copies < i / 10) std::this_thread::yield();
  }
  done = true;
  archiver.join();
  reader.join();
}

TEST(ArchiveThreadsTest, OneWriterAtATimeHoldsADirectory) {
  const TempDir directory;
  const std::string path = directory.path() + "/archive";
  auto writer = ArchiveWriter::Open(PosixFileSystem(), path, GenesisHash("seed"));
  ASSERT_TRUE(writer.ok()) << writer.status();
  EXPECT_EQ(ArchiveWriter::Open(PosixFileSystem(), path, GenesisHash("seed")).status().code(),
            absl::StatusCode::kUnavailable);
  writer->reset();
  EXPECT_TRUE(ArchiveWriter::Open(PosixFileSystem(), path, GenesisHash("seed")).ok());
}

}  // namespace
}  // namespace wallet
