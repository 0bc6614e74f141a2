#include "engine/restore/log_pieces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <utility>

#include "wal/memory_log.h"
#include "wal/record.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;

// One log of records of two events each, and parts of it.
class LogPiecesTest : public ::testing::Test {
 protected:
  LogPiecesTest() {
    points_.push_back({Position(0), log_.end_hash()});
    for (int i = 0; i < 5; ++i) {
      Append(log_, "payload");
      points_.push_back({log_.end(), log_.end_hash()});
    }
  }
  static void Append(Log& log, std::string_view payload) {
    const std::string_view parts[] = {payload};
    log.Append(log.end(), 2, parts, [](absl::Status status) { ASSERT_TRUE(status.ok()); });
  }
  // Of records begin … end − 1 of `log`.
  static LogPiece PieceOf(Log& log, const std::vector<LogPoint>& points, size_t begin, size_t end) {
    return {.where = "a piece",
            .begin = points[begin].position,
            .end = points[end],
            .read = [&log, last = points[end].position](Position after, RecordVisitor visit) {
              const absl::Status status = log.Read(after, [&](const RecordView& record) {
                if (record.first > last) return absl::CancelledError("the piece ends");
                return visit(record);
              });
              return absl::IsCancelled(status) ? absl::OkStatus() : status;
            }};
  }
  void Add(size_t begin, size_t end) { pieces_.Add(PieceOf(log_, points_, begin, end)); }
  absl::Status Read(size_t from, uint64_t until) {
    visited_.clear();
    return pieces_.Read(points_[from], Position(until), [&](const RecordView& record) {
      visited_.push_back(record.first.value());
      return absl::OkStatus();
    });
  }

  MemoryLog log_{MemoryLog::NewDisk()};
  std::vector<LogPoint> points_;
  LogPieces pieces_;
  std::vector<uint64_t> visited_;
};

TEST_F(LogPiecesTest, PiecesAreReadOneBehindTheOtherAndEachRecordOnce) {
  Add(2, 5);
  Add(0, 3);
  EXPECT_EQ(pieces_.end(), Position(10));
  EXPECT_TRUE(Read(0, 10).ok());
  EXPECT_EQ(visited_, (std::vector<uint64_t>{1, 3, 5, 7, 9}));
  EXPECT_TRUE(Read(1, 5).ok());
  EXPECT_EQ(visited_, (std::vector<uint64_t>{3, 5}));
  EXPECT_TRUE(Read(3, 6).ok());
  EXPECT_TRUE(visited_.empty());
}

TEST_F(LogPiecesTest, AGapIsNamedAsFarAsItGoes) {
  Add(0, 2);
  Add(4, 5);
  const absl::Status status = Read(0, 10);
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(status.message()), HasSubstr("positions 5 … 8"));
  EXPECT_THAT(std::string(Read(0, 6).message()), HasSubstr("positions 5 … 6"));
  EXPECT_TRUE(Read(0, 4).ok());
}

TEST_F(LogPiecesTest, APieceOfAnotherHistoryIsRefused) {
  MemoryLog other{MemoryLog::NewDisk("another")};
  std::vector<LogPoint> others = {{Position(0), other.end_hash()}};
  for (int i = 0; i < 5; ++i) {
    Append(other, "payload");
    others.push_back({other.end(), other.end_hash()});
  }
  Add(0, 2);
  pieces_.Add(PieceOf(other, others, 2, 5));
  EXPECT_EQ(Read(0, 10).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(visited_, (std::vector<uint64_t>{1, 3}));
  // Where it has nothing to say but its end, that is looked at.
  LogPieces end;
  end.Add(PieceOf(other, others, 2, 2));
  EXPECT_EQ(
      end.Read(points_[2], Position(4), [](const RecordView&) { return absl::OkStatus(); }).code(),
      absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace wallet
