// A cut of a whole engine under load is the state of one position of its log.
#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <random>
#include <string>

#include "engine/shard.h"
#include "tests/engine/harness.h"
#include "tests/engine/replayed.h"

namespace wallet {
namespace {

using testing::Harness;
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
  void SubmitWrite() {
    const int64_t user = 1 + static_cast<int64_t>(random() % 40);
    keys.push_back("k" + std::to_string(keys.size()));
    const int64_t amount = 1 + static_cast<int64_t>(random() % 1'000);
    Operation operation = Harness::ChargeOf(user, amount, keys.back());
    if (random() % 4 == 0) operation = Harness::WithdrawOf(user, amount, keys.back());
    if (random() % 8 == 0) operation = ReadBalance{UserId(user), *Currency::Parse("USD")};
    h.Submit({operation}, h.engine->ShardOf(UserId(user)));
  }
  void Step() {
    switch (random() % 4) {
      case 0:
        return SubmitWrite();
      case 1:
        h.log->CompleteNext();
        return;
      case 2:
        if (!h.bank.waiting.empty()) h.bank.Answer(PayVerdict::kPaid);
        return;
      default:
        h.scheduler.RunOne();
    }
  }
  void Settle() {
    do {
      h.scheduler.RunUntilIdle();
    } while (h.log->CompleteNext());
  }

  Harness h{3};
  std::mt19937 random{static_cast<unsigned>(GetParam())};
  std::deque<std::string> keys;
};

TEST_P(EngineCutTest, UnderLoadIsWhatAReplayUpToItsPositionGives) {
  h.log->Defer();
  std::deque<SeenCut> cuts;
  for (int i = 0; i < 4'000; ++i) {
    Step();
    if (random() % 400 == 0) Begin(cuts.emplace_back());
  }
  Settle();
  ASSERT_GT(cuts.size(), 2u);
  for (const SeenCut& cut : cuts) {
    EXPECT_EQ(cut.shards, 3);
    ASSERT_TRUE(cut.at);
    EXPECT_EQ(cut.digest, ReplayedDigest(*h.log, *cut.at)) << "at " << cut.at->value();
  }
}

TEST_P(EngineCutTest, StopEndsWithCutsUnderWayAndDropsLaterOnes) {
  h.log->Defer();
  for (int i = 0; i < 200; ++i) Step();
  SeenCut first, second, late;
  Begin(first);
  Begin(second);
  for (unsigned i = random() % 20; i > 0; --i) Step();
  bool stopped = false;
  h.engine->BeginStop(0, [&] { stopped = true; });
  Begin(late);
  for (int i = 0; i < 100 && !stopped; ++i) {
    Settle();
    h.scheduler.Advance(1'000);
  }
  EXPECT_TRUE(stopped);
  ASSERT_TRUE(first.at);
  EXPECT_EQ(first.digest, ReplayedDigest(*h.log, *first.at));
  EXPECT_FALSE(late.at);
}

TEST_P(EngineCutTest, ALogThatFailsMeanwhileDropsTheCut) {
  for (int i = 0; i < 200; ++i) Step();
  h.log->FailAfter(static_cast<int>(random() % 3), MemoryLog::Fault::kLost);
  SeenCut cut;
  for (unsigned i = random() % 20; i > 0; --i) Step();
  Begin(cut);
  while (h.failure.ok()) Step();
  h.scheduler.RunUntilIdle();
  SeenCut late;
  Begin(late);
  h.scheduler.RunUntilIdle();
  EXPECT_FALSE(late.at);
}

INSTANTIATE_TEST_SUITE_P(Seeds, EngineCutTest, ::testing::Range(1, 21));

}  // namespace
}  // namespace wallet
