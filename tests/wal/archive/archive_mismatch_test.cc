// An archive and a log, or segments among themselves, that do not belong together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/wal/archive/archive_fixture.h"

namespace wallet {
namespace {

using ::testing::AllOf;
using testing::ArchivedLog;
using ::testing::HasSubstr;
using testing::kDirectory;
using testing::SegmentsOn;

std::string PathOf(const std::string& name) { return std::string(kDirectory) + "/" + name; }

class ArchiveMismatchTest : public ::testing::Test {
 protected:
  ArchiveMismatchTest() {
    ledger_.AppendMany(20);
    EXPECT_EQ(ledger_.Copy(files_), absl::OkStatus());
    names_ = SegmentsOn(files_);
    EXPECT_GE(names_.size(), 4u);
  }

  // What both who read and who write answer.
  absl::Status Opening() {
    const absl::Status reading = ArchiveReader::Open(files_, kDirectory).status();
    EXPECT_EQ(reading, ledger_.OpenWriter(files_, kDirectory).status());
    return reading;
  }
  void ExpectRefused(const absl::Status& status, absl::StatusCode code, const std::string& what) {
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr(kDirectory), HasSubstr(what)));
    EXPECT_EQ(SegmentsOn(files_), names_);
  }

  MemoryFiles files_;
  ArchivedLog ledger_;
  std::vector<std::string> names_;
};

TEST_F(ArchiveMismatchTest, AnotherLedgersLogIsRefused) {
  ArchivedLog other("another seed");
  other.AppendMany(30);
  ExpectRefused(other.Copy(files_), absl::StatusCode::kFailedPrecondition, "another ledger");
  // Also when the caller names the archive's ledger.
  auto writer = *ledger_.OpenWriter(files_, kDirectory);
  ExpectRefused(writer->CopyUpTo(*other.log, Position(60), testing::GoOn),
                absl::StatusCode::kDataLoss, "position 40");
  MemoryFiles empty;
  auto first = *ledger_.OpenWriter(empty, kDirectory);
  EXPECT_EQ(first->CopyUpTo(*other.log, Position(60), testing::GoOn).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(ArchiveMismatchTest, ALogThatEndsBeforeTheArchiveIsRefused) {
  ArchivedLog older;
  older.AppendMany(10);
  ExpectRefused(older.Copy(files_), absl::StatusCode::kFailedPrecondition, "position 40");
}

// As after a restore of the same ledger to an earlier moment, from which it went on.
TEST_F(ArchiveMismatchTest, ALogOfAnotherHistoryIsRefused) {
  ArchivedLog restored;
  restored.AppendMany(10);
  restored.Append(1, "what did not happen before");
  restored.AppendMany(30);
  ExpectRefused(restored.Copy(files_), absl::StatusCode::kDataLoss, "do not agree");
  // And where the log still begins just where the archive ends.
  ArchivedLog parted;
  parted.AppendMany(10);
  parted.Append(2, "what did not happen before");
  parted.AppendMany(20);
  ASSERT_EQ(parted.log->Trim(Position(40)), absl::OkStatus());
  ExpectRefused(parted.Copy(files_), absl::StatusCode::kDataLoss, "do not agree");
}

TEST_F(ArchiveMismatchTest, ALogThatBeginsBehindTheArchivesEndIsRefusedNamingWhatIsMissing) {
  ledger_.AppendMany(10);
  ASSERT_EQ(ledger_.log->Trim(Position(50)), absl::OkStatus());
  ExpectRefused(ledger_.Copy(files_), absl::StatusCode::kOutOfRange, "positions 41 … 50");
}

TEST_F(ArchiveMismatchTest, ASegmentThatIsGoneIsNamedByItsPositions) {
  const PositionRange gone = *ParseSegmentName(names_[1]);
  ASSERT_EQ(files_.Remove(PathOf(names_[1])), absl::OkStatus());
  names_.erase(names_.begin() + 1);
  ExpectRefused(Opening(), absl::StatusCode::kDataLoss, ToText(gone));
}

TEST_F(ArchiveMismatchTest, SegmentsThatOverlapAreBothNamed) {
  MemoryFiles whole;
  ArchivedLog same(testing::kSeed, {});
  same.AppendMany(20);
  ASSERT_EQ(same.Copy(whole), absl::OkStatus());
  const std::string name = SegmentsOn(whole)[0];
  files_.Put(PathOf(name), whole.Get(PathOf(name)));
  names_ = SegmentsOn(files_);
  ExpectRefused(Opening(), absl::StatusCode::kDataLoss, name + " overlap");
}

TEST_F(ArchiveMismatchTest, ASegmentUnderAnothersNameIsRefused) {
  files_.Put(PathOf(names_[1]), files_.Get(PathOf(names_[2])));
  ExpectRefused(Opening(), absl::StatusCode::kDataLoss, "not those of its name");
}

TEST_F(ArchiveMismatchTest, AFirstSegmentThatBeginsAnotherLedgersChainIsRefused) {
  MemoryFiles forged;
  ASSERT_EQ(forged.CreateDirectory(kDirectory), absl::OkStatus());
  ArchivedLog other("another seed");
  other.AppendMany(1);
  auto segment =
      SegmentWriter::Create(forged, kDirectory, {ledger_.genesis, Position(1), other.genesis}, {});
  ASSERT_EQ(other.log->Read(Position(0), [&](const RecordView& r) { return (*segment)->Add(r); }),
            absl::OkStatus());
  ASSERT_TRUE((*segment)->Publish().ok());
  const absl::Status status = ArchiveReader::Open(forged, kDirectory).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("does not begin its ledger's chain"));
}

// Of the same positions, so that only its content tells.
TEST_F(ArchiveMismatchTest, ASegmentOfAnotherLedgerIsRefused) {
  MemoryFiles others;
  ArchivedLog other("another seed");
  other.AppendMany(20);
  ASSERT_EQ(other.Copy(others), absl::OkStatus());
  ASSERT_EQ(SegmentsOn(others), names_);
  files_.Put(PathOf(names_[1]), others.Get(PathOf(names_[1])));
  ExpectRefused(Opening(), absl::StatusCode::kDataLoss, "different ledgers");
}

TEST_F(ArchiveMismatchTest, AnOlderSegmentOfTheSamePositionsIsRefused) {
  MemoryFiles olds;
  ArchivedLog old;
  old.Append(2, "events from 0 on");
  old.AppendMany(19);
  ASSERT_EQ(old.Copy(olds), absl::OkStatus());
  ASSERT_EQ(SegmentsOn(olds), names_);
  for (size_t i = 0; i + 1 < names_.size(); ++i) {
    const std::string good = files_.Get(PathOf(names_[i]));
    files_.Put(PathOf(names_[i]), olds.Get(PathOf(names_[i])));
    ExpectRefused(Opening(), absl::StatusCode::kDataLoss, "does not continue");
    files_.Put(PathOf(names_[i]), good);
  }
  files_.Put(PathOf(names_.back()), olds.Get(PathOf(names_.back())));
  ExpectRefused(Opening(), absl::StatusCode::kDataLoss, "does not continue");
}

}  // namespace
}  // namespace wallet
