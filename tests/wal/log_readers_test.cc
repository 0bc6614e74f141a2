// Reads beside appends and trims, asked of every implementation of log.h.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/wal/log_contract.h"

namespace wallet {
namespace {

using testing::Append;
using testing::ReadAll;

constexpr uint64_t kRecords = 300;
constexpr uint32_t kEvents = 3;  // of each record

class LogReaders : public testing::LogContract {
 protected:
  // Each record's payload is the position of its first event.
  absl::Status AppendNext() {
    return Append(*log_, kEvents, absl::StrCat(log_->end().value() + 1));
  }
  // In step with the reads, so that they meet on a fast log too.
  void AppendAll() {
    for (uint64_t i = 0; i < kRecords; ++i) {
      ASSERT_EQ(AppendNext(), absl::OkStatus());
      while (reads_ < i / 4) std::this_thread::yield();
    }
  }

  struct Seen {
    absl::Status status;
    Position last;  // of the last record visited; `after` when there was none
  };
  // Reads, and checks that records come whole, in order, and none but those that are durable.
  Seen ReadInOrder(Position after) {
    Seen seen{.last = after};
    uint64_t next = after.value() / kEvents * kEvents + 1;
    seen.status = log_->Read(after, [&](const RecordView& record) {
      EXPECT_EQ(record.first, Position(next));
      EXPECT_EQ(record.payload, absl::StrCat(next));
      EXPECT_LE(record.last(), log_->end());
      seen.last = record.last();
      next += kEvents;
      return absl::OkStatus();
    });
    ++reads_;
    return seen;
  }

 private:
  std::atomic<uint64_t> reads_ = 0;
};

TEST_P(LogReaders, AReadCoversWhatWasDurableWhenItBegan) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(AppendNext().ok());
  std::vector<std::string> seen;
  const absl::Status status = log_->Read(Position(0), [&](const RecordView& record) {
    seen.emplace_back(record.payload);
    return AppendNext();
  });
  EXPECT_EQ(status, absl::OkStatus());
  EXPECT_EQ(seen, (std::vector<std::string>{"1", "4", "7"}));
  EXPECT_EQ(log_->end(), Position(6 * kEvents));
}

TEST_P(LogReaders, AReadWithinAReadSeesTheSame) {
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(AppendNext().ok());
  int records = 0;
  EXPECT_EQ(log_->Read(Position(0),
                       [&](const RecordView& record) {
                         records += static_cast<int>(ReadAll(*log_, record.last()).payloads.size());
                         return absl::OkStatus();
                       }),
            absl::OkStatus());
  EXPECT_EQ(records, 3 + 2 + 1 + 0);
}

TEST_P(LogReaders, AReadThatATrimOvertakesGoesOnOrSaysSo) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(AppendNext().ok());
  int records = 0;
  const absl::Status status = log_->Read(Position(0), [&](const RecordView&) {
    ++records;
    return log_->Trim(Position(4 * kEvents));
  });
  if (status.ok()) {
    EXPECT_EQ(records, 5);
  } else {
    EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange) << status;
  }
  EXPECT_EQ(ReadAll(*log_, log_->begin()).status, absl::OkStatus());
}

TEST_P(LogReaders, BesideAppendsEveryReadIsWhole) {
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([this, &done] {
      for (uint64_t round = 0; !done; ++round) {
        const Position end = log_->end();
        const Seen seen = ReadInOrder(Position(round % (end.value() + 1)));
        EXPECT_EQ(seen.status, absl::OkStatus());
        EXPECT_GE(seen.last, end);
      }
    });
  }
  AppendAll();
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(ReadInOrder(Position(0)).last, Position(kRecords * kEvents));
}

TEST_P(LogReaders, BesideTrimsAReadIsWholeOrOutOfRange) {
  std::atomic<bool> done = false;
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i) {
    others.emplace_back([this, &done] {
      while (!done) {
        const Position begin = log_->begin(), end = log_->end();
        const Seen seen = ReadInOrder(begin);
        if (seen.status.ok()) {
          EXPECT_GE(seen.last, end);
        } else {
          EXPECT_EQ(seen.status.code(), absl::StatusCode::kOutOfRange) << seen.status;
        }
      }
    });
  }
  others.emplace_back([this, &done] {
    while (!done) {
      const uint64_t end = log_->end().value();
      EXPECT_EQ(log_->Trim(Position(end - end / 4)), absl::OkStatus());
    }
  });
  AppendAll();
  done = true;
  for (std::thread& other : others) other.join();
  const Seen seen = ReadInOrder(log_->begin());
  EXPECT_EQ(seen.status, absl::OkStatus());
  EXPECT_EQ(seen.last, Position(kRecords * kEvents));
}

INSTANTIATE_TEST_SUITE_P(All, LogReaders, ::testing::ValuesIn(testing::LogImplementations()),
                         testing::NameOfLog);

}  // namespace
}  // namespace wallet
