// What log.h promises, asked of every implementation.
#include "tests/wal/log_contract.h"

#include <gtest/gtest.h>

namespace wallet {
namespace {

using testing::Append;
using testing::LogContract;
using testing::ReadAll;

using Payloads = std::vector<std::string>;

TEST_P(LogContract, ANewLogIsEmpty) {
  EXPECT_EQ(log_->end(), Position(0));
  EXPECT_EQ(log_->begin(), Position(0));
  EXPECT_TRUE(ReadAll(*log_).status.ok());
  EXPECT_TRUE(ReadAll(*log_).payloads.empty());
}

TEST_P(LogContract, WhatWasAppendedIsThereAfterReopening) {
  ASSERT_TRUE(Append(*log_, 2, "ab").ok());
  ASSERT_TRUE(Append(*log_, 1, "c").ok());
  EXPECT_EQ(log_->end(), Position(3));
  Reopen();
  EXPECT_EQ(log_->end(), Position(3));
  EXPECT_EQ(ReadAll(*log_).payloads, (Payloads{"ab", "c"}));
  ASSERT_TRUE(Append(*log_, 1, "d").ok());
  EXPECT_EQ(ReadAll(*log_).payloads, (Payloads{"ab", "c", "d"}));
}

TEST_P(LogContract, PartsAreJoined) {
  const std::string_view parts[] = {"a", "", "bc"};
  log_->Append(Position(0), 1, parts, [](absl::Status status) { EXPECT_TRUE(status.ok()); });
  EXPECT_EQ(ReadAll(*log_).payloads, (Payloads{"abc"}));
}

TEST_P(LogContract, ReadingFromAPositionGivesEveryRecordWithALaterEvent) {
  for (const char* payload : {"a", "b", "c"}) ASSERT_TRUE(Append(*log_, 2, payload).ok());
  EXPECT_EQ(ReadAll(*log_, Position(0)).payloads, (Payloads{"a", "b", "c"}));
  EXPECT_EQ(ReadAll(*log_, Position(1)).payloads, (Payloads{"a", "b", "c"}));
  EXPECT_EQ(ReadAll(*log_, Position(2)).payloads, (Payloads{"b", "c"}));
  EXPECT_EQ(ReadAll(*log_, Position(3)).payloads, (Payloads{"b", "c"}));
  EXPECT_EQ(ReadAll(*log_, Position(5)).payloads, (Payloads{"c"}));
  EXPECT_EQ(ReadAll(*log_, Position(6)).payloads, Payloads{});
  EXPECT_TRUE(ReadAll(*log_, Position(6)).status.ok());
}

TEST_P(LogContract, TheHashOfItsEndIsWhatTheNextRecordCarries) {
  std::vector<Sha256> ends = {log_->end_hash()};
  for (const char* payload : {"a", "b", "c"}) {
    ASSERT_TRUE(Append(*log_, 2, payload).ok());
    ends.push_back(log_->end_hash());
  }
  const auto carried = [&](Position after) {
    std::vector<Sha256> hashes;
    EXPECT_TRUE(log_->Read(after,
                           [&](const RecordView& record) {
                             hashes.push_back(record.previous);
                             return absl::OkStatus();
                           })
                    .ok());
    hashes.push_back(log_->end_hash());
    return hashes;
  };
  EXPECT_EQ(carried(Position(0)), ends);
  Reopen();
  EXPECT_EQ(carried(Position(0)), ends);
  ASSERT_TRUE(log_->Trim(Position(2)).ok());
  Reopen();
  ends.erase(ends.begin());
  EXPECT_EQ(carried(Position(2)), ends);
}

TEST_P(LogContract, AVisitsErrorEndsTheRead) {
  for (const char* payload : {"a", "b"}) ASSERT_TRUE(Append(*log_, 1, payload).ok());
  int visits = 0;
  const absl::Status status = log_->Read(Position(0), [&](const RecordView&) {
    ++visits;
    return absl::CancelledError("enough");
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(visits, 1);
}

TEST_P(LogContract, AWriterThatExpectsAnotherEndIsFencedAndWritesNothing) {
  ASSERT_TRUE(Append(*log_, 1, "a").ok());
  const std::string_view parts[] = {"b"};
  absl::Status result;
  log_->Append(Position(0), 1, parts, [&](absl::Status status) { result = status; });
  EXPECT_EQ(result.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Append(*log_, 1, "c").code(), absl::StatusCode::kFailedPrecondition);
  Reopen();
  EXPECT_EQ(ReadAll(*log_).payloads, (Payloads{"a"}));
}

TEST_P(LogContract, ATrimmedLogGoesOnFromWhereItBegins) {
  for (const char* payload : {"a", "b", "c", "d"}) ASSERT_TRUE(Append(*log_, 2, payload).ok());
  ASSERT_TRUE(log_->Trim(Position(5)).ok());
  const Position begin = log_->begin();
  EXPECT_LE(begin, Position(4));
  EXPECT_GT(begin, Position(0));
  EXPECT_EQ(ReadAll(*log_, Position(begin.value() - 1)).status.code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReadAll(*log_, Position(4)).payloads, (Payloads{"c", "d"}));
  Reopen();
  EXPECT_EQ(log_->begin(), begin);
  EXPECT_EQ(ReadAll(*log_, Position(4)).payloads, (Payloads{"c", "d"}));
  ASSERT_TRUE(Append(*log_, 1, "e").ok());
  EXPECT_EQ(log_->end(), Position(9));
}

TEST_P(LogContract, ALogMayBeginInTheMiddleOfAHistory) {
  const Sha256 hash = Sha256Of({"the record that ends at 41"});
  StartAt({Position(42), hash});
  for (int opened = 0; opened < 2; ++opened, Reopen()) {
    EXPECT_EQ(log_->begin(), Position(41));
    EXPECT_EQ(log_->end(), Position(41));
    EXPECT_EQ(log_->end_hash(), hash);
    EXPECT_EQ(ReadAll(*log_, Position(41)).payloads, Payloads{});
    EXPECT_EQ(ReadAll(*log_, Position(40)).status.code(), absl::StatusCode::kOutOfRange);
  }
  ASSERT_TRUE(Append(*log_, 3, "a").ok());
  Reopen();
  EXPECT_EQ(log_->begin(), Position(41));
  EXPECT_EQ(log_->end(), Position(44));
  EXPECT_EQ(ReadAll(*log_, Position(41)).payloads, Payloads{"a"});
  ASSERT_TRUE(log_->Trim(Position(44)).ok());
  ASSERT_TRUE(Append(*log_, 1, "b").ok());
  EXPECT_EQ(ReadAll(*log_, Position(44)).payloads, Payloads{"b"});
}

TEST_P(LogContract, ALogThatGoesOnFromAnothersRecordComesToTheSameChain) {
  for (const char* payload : {"a", "b", "c", "d"}) ASSERT_TRUE(Append(*log_, 2, payload).ok());
  std::vector<std::string> records;
  RecordLink first;
  ASSERT_TRUE(log_->Read(Position(4),
                         [&](const RecordView& record) {
                           if (records.empty()) first = {record.first, record.previous};
                           records.emplace_back(record.payload);
                           return absl::OkStatus();
                         })
                  .ok());
  const Sha256 end_hash = log_->end_hash();
  StartAt(first);
  for (const std::string& payload : records) ASSERT_TRUE(Append(*log_, 2, payload).ok());
  EXPECT_EQ(log_->end(), Position(8));
  EXPECT_EQ(log_->end_hash(), end_hash);
}

TEST_P(LogContract, TheLargestRecordIsTaken) {
  const std::string payload(kMaxPayloadBytes, 'x');
  ASSERT_TRUE(Append(*log_, 1, payload).ok());
  Reopen();
  EXPECT_EQ(ReadAll(*log_).payloads, (Payloads{payload}));
}

INSTANTIATE_TEST_SUITE_P(All, LogContract, ::testing::ValuesIn(testing::LogImplementations()),
                         testing::NameOfLog);

}  // namespace
}  // namespace wallet
