// Whatever operation of a copy fails, and whenever the power goes: nothing is lost, and what has a
// segment's name is whole.
#include <gtest/gtest.h>

#include "tests/wal/archive/archive_fixture.h"
#include "wal/limits.h"

namespace wallet {
namespace {

using testing::ArchivedLog;
using testing::GoOn;
using testing::kDirectory;
using testing::ReadArchive;
using testing::ReadBoth;
using testing::SegmentsOn;
using Survives = MemoryFiles::Survives;

constexpr uint64_t kMostOperations = 400;

// A ledger whose log was trimmed once already, with more to copy: several segments of several
// blocks, so that there is a failure between any two writes.
class Disk {
 public:
  Disk() {
    ledger.AppendMany(10);
    EXPECT_EQ(ledger.Copy(files), absl::OkStatus());
    EXPECT_EQ(ledger.log->Trim(Position(10)), absl::OkStatus());
    ledger.AppendMany(10);
    archived = ArchiveReader::Open(files, kDirectory).value()->end();
    writer = *ledger.OpenWriter(files, kDirectory);
  }
  absl::Status Copy() { return writer->CopyUpTo(*ledger.log, ledger.log->end(), GoOn); }
  // As the caller does it: what was copied is let go of.
  absl::Status CopyAndTrim() {
    absl::Status status = Copy();
    return status.ok() ? ledger.log->Trim(ledger.log->end()) : status;
  }
  void Reopen() {
    writer.reset();
    auto opened = ledger.OpenWriter(files, kDirectory);
    ASSERT_TRUE(opened.ok()) << opened.status();
    writer = *std::move(opened);
  }
  void LosePower(Survives survives) {
    files.CrashAt(files.operations() + 1);
    writer.reset();
    files.Restart(survives);
  }
  // Everything that ever happened is in the archive and the log, and what is archived is whole.
  void ExpectNothingLost() {
    const auto reader = ArchiveReader::Open(files, kDirectory);
    ASSERT_TRUE(reader.ok()) << reader.status();
    EXPECT_GE((*reader)->end(), archived);
    EXPECT_EQ((*reader)->Verify([](uint64_t, uint64_t) { return true; }), absl::OkStatus());
    const auto read = ReadBoth(reader->get(), ledger.log.get());
    EXPECT_EQ(read.status, absl::OkStatus());
    EXPECT_EQ(read.records, ledger.happened);
  }
  void ExpectComplete() {
    ExpectNothingLost();
    const auto reader = *ArchiveReader::Open(files, kDirectory);
    EXPECT_EQ(ReadArchive(*reader).records, ledger.happened);
    EXPECT_EQ(writer->end(), ledger.log->end());
    EXPECT_EQ(SegmentsOn(files).size(), files.List(kDirectory)->size());
  }

  MemoryFiles files;
  ArchivedLog ledger;
  Position archived;
  std::unique_ptr<ArchiveWriter> writer;
};

TEST(ArchiveFaultTest, ACrashAtAnyOperationLosesNothing) {
  for (const Survives survives : {Survives::kSynced, Survives::kNames, Survives::kEverything}) {
    for (uint64_t operation = 1;; ++operation) {
      SCOPED_TRACE(operation);
      Disk disk;
      disk.files.CrashAt(disk.files.operations() + operation);
      const bool done = disk.CopyAndTrim().ok();
      const bool crashed = disk.files.crashed();
      disk.writer.reset();
      disk.files.Restart(survives);
      disk.ExpectNothingLost();
      ASSERT_NO_FATAL_FAILURE(disk.Reopen());
      const Position found = disk.writer->end();
      if (done) {
        EXPECT_EQ(found, disk.ledger.log->end());
      }
      // What an open has answered stays, whatever happens then.
      disk.LosePower(Survives::kSynced);
      ASSERT_NO_FATAL_FAILURE(disk.Reopen());
      EXPECT_EQ(disk.writer->end(), found);
      EXPECT_EQ(disk.CopyAndTrim(), absl::OkStatus());
      disk.ExpectComplete();
      if (!crashed) break;
      ASSERT_LT(operation, kMostOperations);
    }
  }
}

TEST(ArchiveFaultTest, AfterAnyFailedOperationTheSameWriterGoesOn) {
  for (uint64_t operation = 1;; ++operation) {
    SCOPED_TRACE(operation);
    Disk disk;
    const uint64_t failing = disk.files.operations() + operation;
    disk.files.FailAt(failing, absl::DataLossError("input/output error"));
    const bool done = disk.CopyAndTrim().ok();
    const bool failed = disk.files.operations() >= failing;
    disk.files.FailAt(0, absl::OkStatus());
    disk.ExpectNothingLost();
    if (!done) {
      EXPECT_EQ(disk.CopyAndTrim(), absl::OkStatus());
    }
    disk.ExpectComplete();
    if (!failed) break;
    ASSERT_LT(operation, kMostOperations);
  }
}

// Everything fails from some operation on, the clearing up too, and then the disk is back.
TEST(ArchiveFaultTest, AfterAnOutageTheSameWriterGoesOn) {
  for (uint64_t operation = 1;; ++operation) {
    SCOPED_TRACE(operation);
    Disk disk;
    disk.files.CrashAt(disk.files.operations() + operation);
    disk.CopyAndTrim().IgnoreError();
    const bool failed = disk.files.crashed();
    disk.files.Restart(Survives::kEverything);
    disk.ExpectNothingLost();
    EXPECT_EQ(disk.CopyAndTrim(), absl::OkStatus());
    disk.ExpectComplete();
    if (!failed) break;
    ASSERT_LT(operation, kMostOperations);
  }
}

TEST(ArchiveFaultTest, AfterAnyFailedOperationAndALossOfPowerNothingIsLost) {
  for (const Survives survives : {Survives::kSynced, Survives::kNames, Survives::kEverything}) {
    for (uint64_t operation = 1;; ++operation) {
      SCOPED_TRACE(operation);
      Disk disk;
      const uint64_t failing = disk.files.operations() + operation;
      disk.files.FailAt(failing, absl::DataLossError("input/output error"));
      disk.CopyAndTrim().IgnoreError();
      const bool failed = disk.files.operations() >= failing;
      disk.files.FailAt(0, absl::OkStatus());
      disk.LosePower(survives);
      disk.ExpectNothingLost();
      ASSERT_NO_FATAL_FAILURE(disk.Reopen());
      EXPECT_EQ(disk.CopyAndTrim(), absl::OkStatus());
      disk.ExpectComplete();
      if (!failed) break;
      ASSERT_LT(operation, kMostOperations);
    }
  }
}

// An open that fails in the middle leaves an archive that opens.
TEST(ArchiveFaultTest, AnOpenCanFailAtAnyOperation) {
  for (uint64_t operation = 1;; ++operation) {
    SCOPED_TRACE(operation);
    Disk disk;
    disk.writer.reset();
    disk.files.Put("/archive/segment-00000000000000000021.tmp", "half of it");
    const uint64_t failing = disk.files.operations() + operation;
    disk.files.FailAt(failing, absl::DataLossError("input/output error"));
    disk.ledger.OpenWriter(disk.files, kDirectory).status().IgnoreError();
    const bool failed = disk.files.operations() >= failing;
    disk.files.FailAt(0, absl::OkStatus());
    ASSERT_NO_FATAL_FAILURE(disk.Reopen());
    EXPECT_EQ(disk.CopyAndTrim(), absl::OkStatus());
    disk.ExpectComplete();
    if (!failed) break;
    ASSERT_LT(operation, kMostOperations);
  }
}

TEST(ArchiveFaultTest, ItLeavesItsDiskTheRoomThatClientsWritesNeed) {
  Disk disk;
  const uint64_t used = UINT64_MAX - *disk.files.FreeBytes("/");
  const size_t segments = SegmentsOn(disk.files).size();
  disk.files.SetCapacity(used + kStorageRoomBytes - 1);
  const absl::Status status = disk.CopyAndTrim();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_NE(status.message().find(kDirectory), absl::string_view::npos) << status;
  disk.ExpectNothingLost();
  EXPECT_EQ(SegmentsOn(disk.files).size(), segments);
  disk.files.SetCapacity(used + kStorageRoomBytes);
  EXPECT_EQ(disk.CopyAndTrim(), absl::OkStatus());
  disk.ExpectComplete();
}

TEST(ArchiveFaultTest, OneThatFillsItsDiskKeepsWhatIsFinishedAndGoesOnWhenThereIsRoom) {
  MemoryFiles files;
  ArchivedLog ledger;
  constexpr int kRecords = 20;
  for (int i = 0; i < kRecords; ++i) ledger.Append(1, std::string(kMaxPayloadBytes, 'x'));
  const auto writer = *ledger.OpenWriter(files, kDirectory);
  const uint64_t room = kStorageRoomBytes + kRecords / 2 * kMaxRecordBytes;
  files.SetCapacity(room);
  EXPECT_EQ(writer->CopyUpTo(*ledger.log, ledger.log->end(), GoOn).code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_GT(writer->end(), Position(0));
  EXPECT_LT(writer->end(), ledger.log->end());
  EXPECT_GE(*files.FreeBytes("/") + kArchiveRoomEveryBytes + kMaxRecordBytes, kStorageRoomBytes);
  EXPECT_EQ(SegmentsOn(files).size(), files.List(kDirectory)->size());
  files.SetCapacity(std::nullopt);
  EXPECT_EQ(writer->CopyUpTo(*ledger.log, ledger.log->end(), GoOn), absl::OkStatus());
  EXPECT_EQ(ReadArchive(**ArchiveReader::Open(files, kDirectory)).records, ledger.happened);
}

}  // namespace
}  // namespace wallet
