// Snapshots of an engine on real threads and a real disk, while clients write.
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <thread>

#include "snapshot/catalog.h"
#include "tests/engine/replayed.h"
#include "tests/engine/threaded_engine.h"
#include "tests/support/temp_dir.h"

namespace wallet {
namespace {

using testing::ReplayedDigest;
using testing::ThreadedEngine;

constexpr int kWrites = 3'000;

class SnapshotThreadsTest : public ::testing::Test {
 protected:
  absl::StatusOr<SnapshotTaken> Take() {
    const auto taken = std::make_shared<std::promise<absl::StatusOr<SnapshotTaken>>>();
    e.engine().TakeSnapshot(
        [taken](absl::StatusOr<SnapshotTaken> result) { taken->set_value(std::move(result)); });
    return taken->get_future().get();
  }

  TempDir temporary_;
  ThreadedEngine e{3, &PosixFileSystem(), temporary_.path()};
};

TEST_F(SnapshotThreadsTest, AStartFromOneTakenUnderLoadIsTheStateTheLogSays) {
  std::thread first([&] { e.Write(1, kWrites); });
  std::thread second([&] { e.Write(2, kWrites); });
  Position newest;
  do {
    const auto taken = Take();
    EXPECT_TRUE(taken.ok()) << taken.status();
    if (!taken.ok()) break;
    newest = taken->position;
  } while (e.answered() < kWrites);
  first.join();
  second.join();
  e.Close();
  e.Open();
  EXPECT_EQ(e.engine().recovery().snapshot->position, newest);
  e.Close();
  e.Open();
  EXPECT_TRUE(e.engine().Stop(0));
  EXPECT_EQ(e.engine().DigestAt(kMinInstant), ReplayedDigest(e.log(), e.log().end()));
}

TEST_F(SnapshotThreadsTest, AStopMeanwhileLeavesNothingUnfinished) {
  e.Write(1, kWrites);
  e.engine().TakeSnapshot([](absl::StatusOr<SnapshotTaken>) {});
  e.Close();
  const auto names = PosixFileSystem().List(temporary_.path() + "/snapshots");
  ASSERT_TRUE(names.ok());
  for (const std::string& name : *names) EXPECT_TRUE(ParseSnapshotName(name)) << name;
  e.Open();
  e.Close();
}

}  // namespace
}  // namespace wallet
