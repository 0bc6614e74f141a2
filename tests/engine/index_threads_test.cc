// An engine on real threads and a real disk whose memory holds very little.
#include <gtest/gtest.h>

#include <thread>

#include "tests/engine/replayed.h"
#include "tests/engine/threaded_engine.h"
#include "tests/support/temp_dir.h"

namespace wallet {
namespace {

using testing::ReplayedDigest;
using testing::ThreadedEngine;

constexpr int kWrites = 2'000;

class IndexThreadsTest : public ::testing::Test {
 protected:
  IndexThreadsTest() {
    e.Close();
    e.SetHotKeys(100);
    e.Open();
  }
  Digest StateOf(Engine& engine) { return engine.DigestAt(kMinInstant); }

  TempDir temporary_;
  ThreadedEngine e{3, &PosixFileSystem(), temporary_.path()};
};

TEST_F(IndexThreadsTest, WhatComesAgainIsKnownWhileOthersWriteAndSnapshotsAreTaken) {
  e.Write(1, kWrites);
  std::thread again([&] { e.Write(1, kWrites); });  // duplicates, nearly all of them on disk
  std::thread other([&] { e.Write(2, kWrites); });
  e.engine().TakeSnapshot([](absl::StatusOr<SnapshotTaken>) {});
  again.join();
  other.join();
  e.Close();
  EXPECT_EQ(e.answered(), 3 * kWrites);
  EXPECT_EQ(e.log().end(), Position(2 * kWrites));
  e.Open();
  e.Write(2, kWrites);
  EXPECT_TRUE(e.engine().Stop(0));
  EXPECT_EQ(e.log().end(), Position(2 * kWrites));
  EXPECT_EQ(StateOf(e.engine()), ReplayedDigest(e.log(), e.log().end()));
}

TEST_F(IndexThreadsTest, AStopAtOnceLosesNothing) {
  for (int round = 0; round < 5; ++round) {
    e.Write(round, kWrites / 5);
    e.Close();
    e.Open();
  }
  EXPECT_EQ(e.answered(), kWrites);
  EXPECT_TRUE(e.engine().Stop(0));
  EXPECT_EQ(StateOf(e.engine()), ReplayedDigest(e.log(), e.log().end()));
}

}  // namespace
}  // namespace wallet
