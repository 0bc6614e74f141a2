// A cut of a whole engine under load is the state of one position of its log.
#include <gtest/gtest.h>

#include <deque>
#include <optional>

#include "engine/shard.h"
#include "tests/engine/harness.h"
#include "tests/engine/random_load.h"
#include "tests/engine/replayed.h"

namespace wallet {
namespace {

using testing::Harness;
using testing::RandomLoad;
using testing::ReplayedDigest;

struct SeenCut {
  Digest digest;
  int shards = 0;
  std::optional<Position> at;
};

class EngineCutTest : public ::testing::TestWithParam<int> {
 protected:
  void Begin(SeenCut& cut) {
    h.engine->BeginCut(
        [&cut](int, ShardState& state) {
          cut.digest += state.ledger.DigestAt(kMinInstant);
          ++cut.shards;
        },
        [&cut](Position at) { cut.at = at; });
  }
  Harness h{3};
  RandomLoad load{h, static_cast<unsigned>(GetParam())};
};

TEST_P(EngineCutTest, UnderLoadIsWhatAReplayUpToItsPositionGives) {
  h.log->Defer();
  std::deque<SeenCut> cuts;
  for (int i = 0; i < 4'000; ++i) {
    load.Step();
    if (load.Below(400) == 0) Begin(cuts.emplace_back());
  }
  load.Settle();
  ASSERT_GT(cuts.size(), 2u);
  for (const SeenCut& cut : cuts) {
    EXPECT_EQ(cut.shards, 3);
    ASSERT_TRUE(cut.at);
    EXPECT_EQ(cut.digest, ReplayedDigest(*h.log, *cut.at)) << "at " << cut.at->value();
  }
}

TEST_P(EngineCutTest, StopEndsWithCutsUnderWayAndDropsLaterOnes) {
  h.log->Defer();
  load.Steps(200);
  SeenCut first, second, late;
  Begin(first);
  Begin(second);
  load.Steps(load.Below(20));
  bool stopped = false;
  h.engine->BeginStop(0, [&] { stopped = true; });
  Begin(late);
  for (int i = 0; i < 100 && !stopped; ++i) {
    load.Settle();
    h.scheduler.Advance(1'000);
  }
  EXPECT_TRUE(stopped);
  ASSERT_TRUE(first.at);
  EXPECT_EQ(first.digest, ReplayedDigest(*h.log, *first.at));
  EXPECT_FALSE(late.at);
}

TEST_P(EngineCutTest, ALogThatFailsMeanwhileDropsTheCut) {
  load.Steps(200);
  h.log->FailAfter(static_cast<int>(load.Below(3)), MemoryLog::Fault::kLost);
  SeenCut cut;
  load.Steps(load.Below(20));
  Begin(cut);
  while (h.failure.ok()) load.Step();
  h.scheduler.RunUntilIdle();
  SeenCut late;
  Begin(late);
  h.scheduler.RunUntilIdle();
  EXPECT_FALSE(late.at);
}

INSTANTIATE_TEST_SUITE_P(Seeds, EngineCutTest, ::testing::Range(1, 21));

}  // namespace
}  // namespace wallet
