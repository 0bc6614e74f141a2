#include "engine/backup/snapshot_at_rest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/backup/backup_fixture.h"

namespace wallet {
namespace {

using testing::BackupFixture;
using ::testing::IsEmpty;

class SnapshotAtRestTest : public ::testing::Test, protected BackupFixture {
 protected:
  // The engine is left alone: to these calls its directory is at rest.
  absl::StatusOr<SnapshotAtRest> TakeAtRest() {
    RestingLedger resting{.files = s.files,
                          .clock = s.h.clock,
                          .log = *s.h.log,
                          .identity = identity,
                          .snapshots = SnapshotHarness::kDirectory};
    if (index) resting.index = index->position();
    return TakeSnapshotAtRest(
        resting, [](Position, Position) {}, cancelled_);
  }
  using SnapshotHarness = testing::SnapshotHarness;

  std::atomic<bool> cancelled_{false};
};

TEST_F(SnapshotAtRestTest, IsWhatAStartBeginsFrom) {
  s.Write(100);
  // The start's index is there; the snapshot that brought it there is not.
  ASSERT_TRUE(s.files.Remove(s.PathOf(s.Take()->position)).ok());
  const auto taken = TakeAtRest();
  ASSERT_TRUE(taken.ok()) << taken.status();
  EXPECT_TRUE(taken->made);
  EXPECT_EQ(taken->taken.position, s.h.log->end());
  const Digest state = s.State();
  s.h.Reopen(2);
  ASSERT_TRUE(s.h.open_status.ok()) << s.h.open_status;
  ASSERT_TRUE(s.h.engine->recovery().snapshot);
  EXPECT_EQ(s.h.engine->recovery().snapshot->position, taken->taken.position);
  EXPECT_EQ(s.State(), state);
  EXPECT_THAT(s.h.alarms, IsEmpty());
}

TEST_F(SnapshotAtRestTest, GoesOnFromAnEarlierOneAndKeepsIt) {
  s.Write(60);
  const Position older = s.Take()->position;
  s.Write(40);
  s.h.disk->keeps_everything = false;
  ASSERT_TRUE(s.h.log->Trim(older).ok());
  ASSERT_TRUE(TakeAtRest().ok());
  EXPECT_THAT(s.Kept(), ::testing::ElementsAre(older, s.h.log->end()));
}

TEST_F(SnapshotAtRestTest, WhereThereIsOneOfThisPositionNothingIsWritten) {
  s.Write(60);
  ASSERT_TRUE(TakeAtRest().ok());
  const auto again = TakeAtRest();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_FALSE(again->made);
  EXPECT_EQ(s.Kept().size(), 1u);
}

TEST_F(SnapshotAtRestTest, IsNeverAheadOfTheIndex) {
  OpenIndex();
  s.Write(60);
  const Position indexed_to = s.h.log->end();
  IndexUpTo(indexed_to);
  s.Write(20);
  const auto taken = TakeAtRest();
  ASSERT_TRUE(taken.ok()) << taken.status();
  EXPECT_EQ(taken->taken.position, indexed_to);
}

TEST_F(SnapshotAtRestTest, ADamagedOneIsPassedOverForTheOneBefore) {
  s.Write(60);
  ASSERT_TRUE(s.Take().ok());
  s.Write(20);
  const Position newer = s.Take()->position;
  std::string bytes = s.files.Get(s.PathOf(newer));
  bytes[bytes.size() / 2] ^= 1;
  s.files.Put(s.PathOf(newer), bytes);
  s.Write(20);
  const auto taken = TakeAtRest();
  ASSERT_TRUE(taken.ok()) << taken.status();
  EXPECT_TRUE(taken->made);
}

TEST_F(SnapshotAtRestTest, WithoutAnythingToBeginFromItIsRefused) {
  s.Write(60);
  s.h.disk->keeps_everything = false;
  ASSERT_TRUE(s.h.log->Trim(s.h.log->end()).ok());
  EXPECT_EQ(TakeAtRest().status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(SnapshotAtRestTest, StoppedItLeavesNothing) {
  s.Write(60);
  cancelled_ = true;
  EXPECT_EQ(TakeAtRest().status().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(s.Kept(), IsEmpty());
  EXPECT_THAT(Unfinished(), IsEmpty());
}

}  // namespace
}  // namespace wallet
