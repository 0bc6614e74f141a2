// Snapshots of a running engine: when they are taken, what is in them, and what is left of one that
// fails.
#include "engine/snapshotter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "engine/snapshot_metadata.h"
#include "snapshot/snapshot_reader.h"
#include "tests/engine/snapshot_harness.h"
#include "wal/limits.h"

namespace wallet {
namespace {

using ::testing::ElementsAre;
using testing::Harness;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ReplayedDigest;
using ::testing::SizeIs;
using testing::SnapshotHarness;

class SnapshotterTest : public ::testing::Test {
 protected:
  SnapshotMetadata MetadataAt(Position position) {
    const auto reader = SnapshotReader::Open(s.files, s.PathOf(position));
    EXPECT_TRUE(reader.ok()) << reader.status();
    return *DecodeSnapshotMetadata((*reader)->metadata(), "x");
  }
  SnapshotHarness s;
};

TEST_F(SnapshotterTest, SaysWhatItIsOf) {
  s.Write(100);
  const auto taken = s.Take();
  ASSERT_TRUE(taken.ok()) << taken.status();
  EXPECT_EQ(taken->position, s.h.log->end());
  EXPECT_EQ(taken->bytes, s.files.Get(s.PathOf(taken->position)).size());
  EXPECT_THAT(s.Kept(), ElementsAre(taken->position));
  EXPECT_THAT(s.h.snapshots, SizeIs(1));

  const SnapshotMetadata metadata = MetadataAt(taken->position);
  EXPECT_EQ(metadata.chain_hash, s.h.log->end_hash());
  EXPECT_EQ(metadata.epoch, Epoch(7));
  EXPECT_EQ(metadata.default_currency, *Currency::Parse("USD"));
  EXPECT_EQ(metadata.sections.size(), 3u);
  EXPECT_EQ(TotalDigest(metadata), s.Logged());
  EXPECT_EQ(metadata.created_at, s.h.clock.Now());
  const SnapshotStatus status = s.h.engine->snapshots();
  EXPECT_EQ(status.taken, 1);
  EXPECT_EQ(status.failures, 0);
  EXPECT_FALSE(status.under_way);
  EXPECT_EQ(status.last->position, taken->position);
}

TEST_F(SnapshotterTest, AnEmptyLedgerHasOneToo) {
  ASSERT_TRUE(s.Take().ok());
  EXPECT_THAT(s.Kept(), ElementsAre(Position(0)));
}

TEST_F(SnapshotterTest, WhereNothingHappenedTheLastOneIsAnswered) {
  s.Write(50);
  const Position first = s.Take()->position;
  EXPECT_EQ(s.Take()->position, first);
  EXPECT_THAT(s.h.snapshots, SizeIs(1));
  s.h.Reopen(2);
  EXPECT_EQ(s.Take()->position, first);
  EXPECT_THAT(s.h.snapshots, SizeIs(1));
}

TEST_F(SnapshotterTest, ARequestDuringOneIsAnsweredByTheNext) {
  s.Write(50);
  const auto first = s.Ask();
  const auto with_first = s.Ask();
  for (int i = 0; i < 5; ++i) s.h.scheduler.RunOne();
  s.load.SubmitWrite();
  s.load.SubmitWrite();
  const auto second = s.Ask();
  s.load.Settle();
  ASSERT_TRUE(first->value().ok() && second->value().ok());
  EXPECT_GT((**second)->position, (**first)->position);
}

TEST_F(SnapshotterTest, IsTakenAfterSoManyEventsOrSuchATime) {
  s.h.options.snapshots.events = 100;
  s.h.options.snapshots.interval_us = 60 * kMicrosPerSecond;
  s.h.Reopen(3);
  while (s.h.log->end() < Position(90)) s.Write(1);
  s.h.scheduler.Advance(2 * kMicrosPerSecond);
  EXPECT_THAT(s.h.snapshots, IsEmpty());
  while (s.h.log->end() < Position(100)) s.Write(1);
  s.h.scheduler.Advance(2 * kMicrosPerSecond);
  ASSERT_THAT(s.h.snapshots, SizeIs(1));
  s.Write(10);
  s.h.scheduler.Advance(50 * kMicrosPerSecond);
  EXPECT_THAT(s.h.snapshots, SizeIs(1));
  s.h.scheduler.Advance(20 * kMicrosPerSecond);
  EXPECT_THAT(s.h.snapshots, SizeIs(2));
  while (!s.h.bank.waiting.empty()) s.h.bank.Answer(PayVerdict::kPaid);
  s.h.scheduler.Advance(120 * kMicrosPerSecond);
  const size_t settled = s.h.snapshots.size();
  s.h.scheduler.Advance(600 * kMicrosPerSecond);
  EXPECT_THAT(s.h.snapshots, SizeIs(settled)) << "nothing happened";
}

// Each charge is of another user: so many accounts as events.
TEST_F(SnapshotterTest, ALargeStateIsWrittenAfterAsManyEventsAsItHasAccountsAtMostTwiceTheOthers) {
  s.h.options.snapshots.events = 10;
  s.h.options.snapshots.interval_us = 3'600 * kMicrosPerSecond;
  s.h.Reopen(3);
  int64_t user = 0;
  const auto taken_after = [&](int events) {
    for (; events > 0; --events) {
      ++user;
      const std::string key = absl::StrCat("k", user);
      s.h.Submit({Harness::ChargeOf(user, 1, key)}, s.h.engine->ShardOf(UserId(user)));
      s.load.Settle();
    }
    s.h.scheduler.Advance(2 * kMicrosPerSecond);
    return s.h.snapshots.size();
  };
  EXPECT_EQ(taken_after(15), 1u);
  EXPECT_EQ(taken_after(14), 1u);
  EXPECT_EQ(taken_after(1), 2u);
  EXPECT_EQ(taken_after(19), 2u);
  EXPECT_EQ(taken_after(1), 3u);
}

TEST_F(SnapshotterTest, IsNotWrittenFasterThanTheRateAllows) {
  s.h.options.snapshots.bytes_per_second = 1'000;
  s.h.options.snapshots.slice_bytes = 100;
  s.h.Reopen(3);
  s.Write(200);
  const auto taken = s.Ask();
  s.h.scheduler.RunUntilIdle();
  EXPECT_FALSE(taken->has_value());
  s.h.scheduler.Advance(60 * kMicrosPerSecond);
  ASSERT_TRUE(taken->has_value() && (*taken)->ok());
  const int64_t bytes = static_cast<int64_t>((**taken)->bytes);
  EXPECT_GE((**taken)->elapsed_us, kMicrosPerSecond);
  EXPECT_LE((**taken)->elapsed_us, bytes * kMicrosPerSecond / 1'000 + kMicrosPerSecond);
}

TEST_F(SnapshotterTest, KeepsTheNewest) {
  std::vector<Position> taken;
  for (int i = 0; i < 4; ++i) {
    s.Write(20);
    taken.push_back(s.Take()->position);
  }
  EXPECT_THAT(s.Kept(), ElementsAre(taken[2], taken[3]));
}

TEST_F(SnapshotterTest, OneThatWouldFillTheDiskIsGivenUpAndTriedAgainLater) {
  s.Write(50);
  s.files.SetCapacity(kStorageRoomBytes - 1);
  const auto refused = s.Take();
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  ASSERT_THAT(s.h.alarms, SizeIs(1));
  EXPECT_THAT(s.h.alarms[0], HasSubstr("MiB"));
  EXPECT_THAT(s.files.Tree(), ElementsAre("/snapshots/"));
  EXPECT_EQ(s.h.engine->snapshots().failures, 1);
  EXPECT_THAT(s.h.engine->snapshots().last_failure, HasSubstr("MiB"));
  s.files.SetCapacity(std::nullopt);
  s.h.scheduler.Advance(2 * s.h.options.snapshots.interval_us);
  s.load.Settle();
  EXPECT_THAT(s.h.alarms, SizeIs(1));
  s.Write(1);
  s.h.scheduler.Advance(2 * s.h.options.snapshots.interval_us);
  EXPECT_THAT(s.h.snapshots, SizeIs(1));
  EXPECT_EQ(s.h.engine->snapshots().last_failure, "");
}

TEST_F(SnapshotterTest, OneThatDoesNotReadAsItWasWrittenGetsNoName) {
  s.Write(200);
  const auto answer = s.Ask();
  const std::string temporary = s.PathOf(s.h.log->end()) + ".tmp";
  while (!s.files.Has(temporary)) ASSERT_TRUE(s.h.scheduler.RunOne());
  std::string bytes = s.files.Get(temporary);
  bytes.at(0) ^= 1;
  s.files.Put(temporary, bytes);
  s.load.Settle();
  ASSERT_TRUE(answer->has_value());
  EXPECT_EQ((*answer)->status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(s.Kept(), IsEmpty());
}

TEST_F(SnapshotterTest, WithoutADirectoryThereAreNone) {
  s.h.options.snapshots.directory.clear();
  s.h.Reopen(1);
  EXPECT_EQ(s.Take().status().code(), absl::StatusCode::kFailedPrecondition);
}

class SnapshotLoadTest : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Seeds, SnapshotLoadTest, ::testing::Range(1, 16));

TEST_P(SnapshotLoadTest, TakenWhileItChangesIsTheStateAtItsPosition) {
  SnapshotHarness s(3, GetParam());
  s.Write(300);
  s.h.log->Defer();
  for (int round = 0; round < 5; ++round) {
    const auto answer = s.Ask();
    while (!*answer) s.load.Step();
    ASSERT_TRUE((*answer)->ok()) << (*answer)->status();
    s.load.Steps(s.load.Below(300));
  }
  s.load.Settle();
  ASSERT_THAT(s.h.snapshots, SizeIs(5));
  for (const SnapshotTaken& taken : s.h.snapshots) {
    if (taken.position < s.Kept().front()) continue;
    const auto reader = SnapshotReader::Open(s.files, s.PathOf(taken.position));
    EXPECT_EQ(TotalDigest(*DecodeSnapshotMetadata((*reader)->metadata(), "x")),
              ReplayedDigest(*s.h.log, taken.position));
  }
  const Digest state = s.State();
  s.h.Reopen(3);
  ASSERT_TRUE(s.h.open_status.ok()) << s.h.open_status;
  EXPECT_EQ(s.h.engine->recovery().snapshot->position, s.h.snapshots.back().position);
  EXPECT_EQ(s.State(), state);
}

TEST_P(SnapshotLoadTest, AStopMeanwhileEndsInOrderAndLeavesNothingUnfinished) {
  SnapshotHarness s(3, GetParam());
  s.Write(100);
  const auto answer = s.Ask();
  s.load.Steps(s.load.Below(60));
  bool stopped = false;
  s.h.engine->BeginStop(0, [&] { stopped = true; });
  for (int i = 0; i < 100 && !stopped; ++i) s.h.scheduler.Advance(1'000);
  EXPECT_TRUE(stopped);
  ASSERT_TRUE(*answer);
  EXPECT_TRUE((*answer)->ok() || absl::IsCancelled((*answer)->status()));
  EXPECT_THAT(s.h.alarms, IsEmpty());
  for (const std::string& path : s.files.Tree())
    EXPECT_THAT(path, ::testing::Not(HasSubstr("tmp")));
  s.h.Reopen(3);
  EXPECT_EQ(s.State(), s.Logged());
}

TEST_P(SnapshotLoadTest, ALogThatFailsMeanwhileLeavesWhatTheLogHolds) {
  SnapshotHarness s(3, GetParam());
  s.Write(100);
  s.h.log->FailAfter(static_cast<int>(s.load.Below(10)), MemoryLog::Fault::kWritten);
  const auto answer = s.Ask();
  while (s.h.failure.ok()) s.load.Step();
  s.h.scheduler.RunUntilIdle();
  s.h.Reopen(2);
  ASSERT_TRUE(s.h.open_status.ok()) << s.h.open_status;
  EXPECT_EQ(s.State(), s.Logged());
}

}  // namespace
}  // namespace wallet
