// A log in RocksDB made of the records of another one.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/wal/rocks_fixture.h"
#include "wal/mark.h"
#include "wal/rocks_log_copy.h"

namespace wallet {
namespace {

using testing::Append;
using testing::ReadAll;

class LogCopyTest : public ::testing::Test {
 protected:
  LogCopyTest() {
    EXPECT_TRUE(fixture_.Create(fixture_.path("from")).ok());
    from_ = *fixture_.Open(fixture_.path("from"));
    for (const char* payload : {"a", "b", "c", "d"}) {
      EXPECT_TRUE(Append(*from_, 2, payload).ok());
    }
  }

  // Copies the records behind `after`, but for the one whose payload is `without`.
  absl::Status Copy(Position after, std::string_view without = "") {
    std::filesystem::create_directories(fixture_.path("to"));
    std::unique_ptr<RocksLogCopy> copy;
    absl::Status status = from_->Read(after, [&](const RecordView& record) {
      if (!copy) {
        copy = *RocksLogCopy::Create(PosixFileSystem(), fixture_.Options(fixture_.path("to")),
                                     {record.first, record.previous});
      }
      return record.payload == without ? absl::OkStatus() : copy->Add(record);
    });
    return status.ok() ? copy->Finish() : status;
  }

  std::vector<std::string> Records(Log& log) {
    std::vector<std::string> records;
    EXPECT_TRUE(log.Read(log.begin(),
                         [&](const RecordView& record) {
                           records.emplace_back(record.bytes);
                           return absl::OkStatus();
                         })
                    .ok());
    return records;
  }

  testing::RocksFixture fixture_;
  std::unique_ptr<RocksLog> from_;
};

TEST_F(LogCopyTest, HoldsTheSameBytesAndGoesOn) {
  ASSERT_TRUE(Copy(Position(2)).ok());
  auto to = fixture_.Open(fixture_.path("to"));
  ASSERT_TRUE(to.ok()) << to.status();
  EXPECT_EQ((*to)->begin(), Position(2));
  EXPECT_EQ((*to)->end(), from_->end());
  EXPECT_EQ((*to)->end_hash(), from_->end_hash());
  ASSERT_TRUE(from_->Trim(Position(2)).ok());
  EXPECT_EQ(Records(**to), Records(*from_));
  ASSERT_TRUE(Append(**to, 1, "e").ok());
  ASSERT_TRUE(Append(*from_, 1, "e").ok());
  EXPECT_EQ((*to)->end_hash(), from_->end_hash());
}

TEST_F(LogCopyTest, ItsMarkKnowsItsEnd) {
  ASSERT_TRUE(Copy(Position(0)).ok());
  const auto mark = Mark::Open(PosixFileSystem(), fixture_.Options(fixture_.path("to")).mark);
  ASSERT_TRUE(mark.ok());
  EXPECT_EQ((*mark)->Load().position, Position(8));
  EXPECT_EQ((*mark)->Load().hash, from_->end_hash());
}

TEST_F(LogCopyTest, ARecordThatDoesNotFollowIsRefused) {
  const absl::Status status = Copy(Position(0), "b");
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  // Without Finish there is no mark, and nothing opens it.
  EXPECT_FALSE(fixture_.Open(fixture_.path("to")).ok());
}

TEST_F(LogCopyTest, AChangedRecordIsRefused) {
  std::filesystem::create_directories(fixture_.path("to"));
  ASSERT_TRUE(from_
                  ->Read(Position(6),
                         [&](const RecordView& record) {
                           auto copy = *RocksLogCopy::Create(PosixFileSystem(),
                                                             fixture_.Options(fixture_.path("to")),
                                                             {record.first, record.previous});
                           std::string bytes(record.bytes);
                           bytes.back() ^= 1;
                           RecordView changed = record;
                           changed.bytes = bytes;
                           EXPECT_EQ(copy->Add(changed).code(), absl::StatusCode::kDataLoss);
                           EXPECT_TRUE(copy->Add(record).ok());
                           return absl::OkStatus();
                         })
                  .ok());
}

}  // namespace
}  // namespace wallet
