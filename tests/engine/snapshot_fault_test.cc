// Whatever fails while a snapshot is taken, and whenever the power goes: the ledger is what its log
// says, and a later snapshot succeeds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/snapshot_harness.h"

namespace wallet {
namespace {

using testing::SnapshotHarness;

// With a snapshot already there and writes behind it.
class Scene {
 public:
  Scene() {
    s.Write(60);
    EXPECT_TRUE(s.Take().ok());
    s.Write(20);
  }
  // A snapshot with a few writes meanwhile; all are done when it returns.
  absl::StatusOr<SnapshotTaken> TakeBesideWrites() {
    const auto answer = s.Ask();
    for (int i = 0; i < 10; ++i) {
      s.load.SubmitWrite();
      for (int task = 0; task < 7; ++task) s.h.scheduler.RunOne();
    }
    s.load.Settle();
    return answer->value_or(absl::InternalError("no answer came"));
  }
  SnapshotHarness s;
};

TEST(SnapshotFaultTest, AnyOperationMayFail) {
  int failed = 0;
  for (uint64_t operation = 1;; ++operation) {
    Scene scene;
    SnapshotHarness& s = scene.s;
    const uint64_t begun = s.files.operations();
    s.files.FailAt(begun + operation, absl::DataLossError("input/output error"));
    const auto taken = scene.TakeBesideWrites();
    if (s.files.operations() < begun + operation) break;
    if (!taken.ok()) {
      ++failed;
      EXPECT_EQ(s.h.alarms.size(), 1u) << operation;
      EXPECT_EQ(s.h.engine->snapshots().failures, 1);
    }
    EXPECT_EQ(s.State(), s.Logged()) << operation;
    // Nothing has happened since: the one that failed may stand where this one is to be.
    const auto again = s.Take();
    EXPECT_TRUE(again.ok()) << operation << ": " << again.status();
    s.h.Reopen(2);
    ASSERT_TRUE(s.h.open_status.ok()) << operation << ": " << s.h.open_status;
    EXPECT_EQ(s.h.engine->recovery().snapshot->position, again->position);
    EXPECT_EQ(s.State(), s.Logged());
  }
  EXPECT_GT(failed, 10);
}

class SnapshotCrashTest : public ::testing::TestWithParam<MemoryFiles::Survives> {};
INSTANTIATE_TEST_SUITE_P(Survives, SnapshotCrashTest,
                         ::testing::Values(MemoryFiles::Survives::kSynced,
                                           MemoryFiles::Survives::kNames,
                                           MemoryFiles::Survives::kEverything));

TEST_P(SnapshotCrashTest, ThePowerMayGoAtAnyOperation) {
  for (uint64_t operation = 1;; ++operation) {
    Scene scene;
    SnapshotHarness& s = scene.s;
    const Position before = s.Kept().back();
    s.files.CrashAt(s.files.operations() + operation);
    const auto taken = scene.TakeBesideWrites();
    if (!s.files.crashed()) break;
    s.h.Crash();
    s.files.Restart(GetParam());
    s.h.alarms.clear();
    s.h.Open(3);
    ASSERT_TRUE(s.h.open_status.ok()) << operation << ": " << s.h.open_status;
    EXPECT_EQ(s.State(), s.Logged()) << operation;
    EXPECT_GE(s.h.engine->recovery().snapshot->position, before) << operation;
    EXPECT_TRUE(s.h.alarms.empty()) << s.h.alarms[0];
    if (taken.ok()) {
      EXPECT_EQ(s.h.engine->recovery().snapshot->position, taken->position) << operation;
    }
    s.Write(5);
    EXPECT_TRUE(s.Take().ok()) << operation;
  }
}

TEST_P(SnapshotCrashTest, ThePowerMayGoAtAnyOperationOfAStart) {
  for (uint64_t operation = 1;; ++operation) {
    Scene scene;
    SnapshotHarness& s = scene.s;
    s.files.Put(s.PathOf(Position(1)) + ".tmp", "what a crash left");
    s.h.Crash();
    s.files.CrashAt(s.files.operations() + operation);
    s.h.Open(3);
    if (!s.files.crashed()) break;
    s.h.Crash();
    s.files.Restart(GetParam());
    s.h.Open(3);
    ASSERT_TRUE(s.h.open_status.ok()) << operation << ": " << s.h.open_status;
    EXPECT_EQ(s.State(), s.Logged()) << operation;
    EXPECT_FALSE(s.files.Has(s.PathOf(Position(1)) + ".tmp"));
  }
}

}  // namespace
}  // namespace wallet
