// After a trim, the log still reaches the snapshot that a start falls back on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/recovery.h"
#include "engine/retention/log_retention.h"
#include "engine/snapshot_loader.h"
#include "tests/engine/snapshot_harness.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using testing::SnapshotHarness;

class RetentionStartTest : public ::testing::Test {
 protected:
  RetentionStartTest() {
    s.h.disk->keeps_everything = false;
    s.Write(200);
    older_ = s.Take()->position;
    s.Write(100);
    newer_ = s.Take()->position;
    s.Write(50);
    state_ = s.State();
  }
  void Trim() {
    std::function<void(const LogTrimmed&)> on_trim = [](const LogTrimmed&) {};
    const auto executor = s.h.scheduler.MakeExecutor();
    LogRetention retention({s.files, SnapshotHarness::kDirectory, *s.h.log, nullptr,
                            [&] { return s.h.log->end(); }, holds_, on_alarm_, on_trim},
                           *executor, newer_);
    retention.Run();
    s.h.scheduler.RunUntilIdle();
  }
  void Damage(Position position) {
    std::string bytes = s.files.Get(s.PathOf(position));
    bytes[bytes.size() / 2] ^= 1;
    s.files.Put(s.PathOf(position), bytes);
  }
  // The ledgers as a start makes them; the history comes from an index.
  absl::StatusOr<std::optional<SnapshotTaken>> Start() {
    for (int i = 0; i < 3; ++i)
      states_.push_back(std::make_unique<ShardState>(KeyHasher(KeySecret{})));
    const auto snapshot = LoadNewestSnapshot({.files = s.files,
                                              .directory = SnapshotHarness::kDirectory,
                                              .log = *s.h.log,
                                              .at_most = s.h.log->end(),
                                              .on_alarm = on_alarm_},
                                             states_);
    if (!snapshot.ok() || !*snapshot) return snapshot;
    const ReplayFrom from{.ledger = (*snapshot)->position, .history = s.h.log->end()};
    const absl::Status status =
        Replay(*s.h.log, states_, from, [](Position) { return absl::OkStatus(); });
    if (!status.ok()) return status;
    return snapshot;
  }
  Digest Started() const {
    Digest digest;
    for (const auto& state : states_) digest += state->ledger.DigestAt(kMinInstant);
    return digest;
  }

  SnapshotHarness s;
  Holds holds_;
  std::vector<std::string> alarms_;
  std::function<void(std::string)> on_alarm_ = [this](std::string text) {
    alarms_.push_back(text);
  };
  std::vector<std::unique_ptr<ShardState>> states_;
  Position older_, newer_;
  Digest state_;
};

TEST_F(RetentionStartTest, FromTheNewestAfterATrim) {
  Trim();
  EXPECT_EQ(s.h.log->begin(), older_);
  const auto started = Start();
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ((*started)->position, newer_);
  EXPECT_EQ(Started(), state_);
}

TEST_F(RetentionStartTest, FromTheOlderWhereTheNewestIsDamagedAfterATrim) {
  Trim();
  Damage(newer_);
  const auto started = Start();
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ((*started)->position, older_);
  EXPECT_EQ(Started(), state_);
  ASSERT_THAT(alarms_, SizeIs(1));
  EXPECT_THAT(alarms_[0], HasSubstr(s.PathOf(newer_)));
}

TEST_F(RetentionStartTest, WhereBothAreDamagedAfterATrimItIsRefused) {
  Trim();
  Damage(newer_);
  Damage(older_);
  EXPECT_EQ(Start().status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace wallet
