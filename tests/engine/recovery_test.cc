#include "engine/recovery.h"

#include <gtest/gtest.h>

#include "engine/payload.h"
#include "tests/engine/events.h"
#include "tests/support/currencies.h"
#include "wal/memory_log.h"

namespace wallet {
namespace {

using testing::Charged;

class RecoveryTest : public ::testing::Test {
 protected:
  RecoveryTest() { states_.push_back(std::make_unique<ShardState>(KeyHasher(KeySecret{}))); }

  // As one record.
  void Append(const std::vector<Event>& events) {
    constexpr Instant kBase(500);
    std::string bytes;
    for (const Event& event : events) EncodeEvent(event, kBase, bytes);
    const auto count = static_cast<uint32_t>(events.size());
    const std::string head = SegmentHead(bytes.size(), count, kBase);
    log_.Append(log_.end(), count, {{kPayloadStart, head, bytes}},
                [](absl::Status status) { ASSERT_TRUE(status.ok()) << status; });
  }
  absl::Status ReplayFromPosition(uint64_t position) {
    return Replay(log_, states_, {Position(position), Position(position)},
                  [](Position) { return absl::OkStatus(); });
  }
  Ledger& ledger() { return states_[0]->ledger; }

  MemoryLog log_{MemoryLog::NewDisk()};
  std::vector<std::unique_ptr<ShardState>> states_;
};

TEST_F(RecoveryTest, APositionWithinARecordAppliesOnlyWhatIsBehindIt) {
  const std::vector<Event> events = {Charged(1, 1, "a", 5), Charged(1, 2, "b", 7),
                                     Charged(1, 3, "c", 11)};
  Append(events);
  ledger().Apply(events[0]);
  ledger().Apply(events[1]);
  ASSERT_TRUE(ReplayFromPosition(2).ok());
  EXPECT_EQ(ledger().transaction_count(), 3);
  EXPECT_EQ(ledger().BalanceOf(UserId(1), kUsd, Instant(5'000)).total, Amount(23));
  EXPECT_TRUE(states_[0]->history.growing_size() == 1u) << "the history got what it has already";
}

TEST_F(RecoveryTest, ALogThatBeginsBehindThePositionIsRefused) {
  Append({Charged(1, 1, "a")});
  Append({Charged(1, 2, "b")});
  ASSERT_TRUE(log_.Trim(Position(1)).ok());
  EXPECT_EQ(ReplayFromPosition(0).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ledger().transaction_count(), 0);
}

}  // namespace
}  // namespace wallet
