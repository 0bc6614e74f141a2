// Cuts of an engine on real threads, while clients write.
#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/shard.h"
#include "tests/engine/replayed.h"
#include "tests/engine/threaded_engine.h"

namespace wallet {
namespace {

using testing::ReplayedDigest;
using testing::ThreadedEngine;

constexpr int kWrites = 3'000;

struct SeenCut {
  Digest digest;
  Position at;
};

SeenCut TakeCut(Engine& engine) {
  std::mutex mutex;
  SeenCut seen;
  const auto at = std::make_shared<std::promise<Position>>();  // may outlive its answer
  engine.BeginCut(
      [&](int, ShardState& state) {
        const Digest digest = state.ledger.DigestAt(kMinInstant);
        std::lock_guard lock(mutex);
        seen.digest += digest;
      },
      [at](Position position) { at->set_value(position); });
  seen.at = at->get_future().get();
  return seen;
}

TEST(CutThreadsTest, AreWhatAReplayGives) {
  ThreadedEngine e(3);
  std::thread first([&] { e.Write(1, kWrites); });
  std::thread second([&] { e.Write(2, kWrites); });
  std::vector<SeenCut> cuts;
  while (e.answered() < 2 * kWrites) cuts.push_back(TakeCut(e.engine()));
  first.join();
  second.join();
  e.Close();
  ASSERT_FALSE(cuts.empty());
  // Replays are O(log): a dozen spread over the run will do.
  for (size_t i = 0; i < cuts.size(); i += 1 + cuts.size() / 12) {
    EXPECT_EQ(cuts[i].digest, ReplayedDigest(e.log(), cuts[i].at));
  }
}

TEST(CutThreadsTest, AStopIsNeverHeldUp) {
  ThreadedEngine e(3);
  std::thread writer([&] { e.Write(1, kWrites); });
  for (int i = 0; i < 50; ++i) e.engine().BeginCut([](int, ShardState&) {}, [](Position) {});
  EXPECT_TRUE(e.engine().Stop(0));
  writer.join();
}

}  // namespace
}  // namespace wallet
