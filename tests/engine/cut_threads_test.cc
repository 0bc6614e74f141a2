// Cuts of an engine on real threads, while clients write.
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/engine.h"
#include "engine/shard.h"
#include "tests/engine/harness.h"
#include "tests/engine/replayed.h"
#include "wal/base/clock.h"
#include "wal/base/thread_executor.h"

namespace wallet {
namespace {

using testing::CountingRandom;
using testing::Harness;
using testing::ReplayedDigest;
using testing::ScriptedBank;

constexpr int kShards = 3;
constexpr int kWrites = 3'000;

// Counts down as its batches complete.
class CountingBatch final : public Batch {
 public:
  explicit CountingBatch(std::atomic<int>& left) : left_(left) {}
  void Complete(std::unique_ptr<Batch>) override { --left_; }

 private:
  std::atomic<int>& left_;
};

struct SeenCut {
  Digest digest;
  Position at;
};

class CutThreadsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    EngineEnvironment environment;
    environment.log = &log_;
    environment.clock = &SystemClock();
    environment.random = &random_;
    environment.bank = &bank_;
    environment.make_executor = [](std::string name) {
      return std::make_unique<ThreadExecutor>(std::move(name));
    };
    auto engine = Engine::Open({.shards = kShards, .default_currency = *Currency::Parse("USD")},
                               std::move(environment));
    ASSERT_TRUE(engine.ok());
    engine_ = *std::move(engine);
  }

  void Write(int thread) {
    for (int i = 0; i < kWrites; ++i) {
      const int64_t user = 1 + (i * 7 + thread) % 100;
      auto batch = std::make_unique<CountingBatch>(left_);
      const std::string key = std::to_string(thread) + "-" + std::to_string(i);
      batch->operations.emplace_back(Harness::ChargeOf(user, 1 + i, batch->Keep(key)));
      engine_->Submit(engine_->ShardOf(UserId(user)), std::move(batch));
    }
  }
  SeenCut TakeCut() {
    std::mutex mutex;
    SeenCut seen;
    const auto at = std::make_shared<std::promise<Position>>();  // may outlive its answer
    engine_->BeginCut(
        [&](int, ShardState& state) {
          const Digest digest = state.ledger.DigestAt(kMinInstant);
          std::lock_guard lock(mutex);
          seen.digest += digest;
        },
        [at](Position position) { at->set_value(position); });
    seen.at = at->get_future().get();
    return seen;
  }

  std::shared_ptr<MemoryLogDisk> disk_ = MemoryLog::NewDisk();
  MemoryLog log_{disk_};
  CountingRandom random_;
  ScriptedBank bank_;
  std::unique_ptr<Engine> engine_;
  std::atomic<int> left_{2 * kWrites};
};

TEST_F(CutThreadsTest, AreWhatAReplayGives) {
  std::thread first([this] { Write(1); });
  std::thread second([this] { Write(2); });
  std::vector<SeenCut> cuts;
  while (left_ > 0) cuts.push_back(TakeCut());
  first.join();
  second.join();
  EXPECT_TRUE(engine_->Stop(0));
  engine_.reset();
  ASSERT_FALSE(cuts.empty());
  // Replays are O(log): a dozen spread over the run will do.
  for (size_t i = 0; i < cuts.size(); i += 1 + cuts.size() / 12) {
    EXPECT_EQ(cuts[i].digest, ReplayedDigest(log_, cuts[i].at));
  }
}

TEST_F(CutThreadsTest, AStopIsNeverHeldUp) {
  std::thread writer([this] { Write(1); });
  for (int i = 0; i < 50; ++i) {
    engine_->BeginCut([](int, ShardState&) {}, [](Position) {});
  }
  EXPECT_TRUE(engine_->Stop(0));
  writer.join();
}

}  // namespace
}  // namespace wallet
