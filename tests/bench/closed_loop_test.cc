#include <gtest/gtest.h>

#include <chrono>
#include <limits>

#include "bench/wallet_bench/runner.h"
#include "tests/bench/fake_door.h"

namespace wallet::bench {
namespace {

bool IsDone(const std::future<void>& done) {
  return done.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

TEST(ClosedLoopTest, SendsTheNextCallWhenTheLastWasAnswered) {
  FakeDoor door;
  Quota quota(100, 0, kNever);
  const auto runner = MakeClosedLoop(door, quota, {.batch = 10, .in_flight = 3});
  runner->Start();
  EXPECT_EQ(door.waiting(), 3u);
  AcceptAll(door.Next());
  EXPECT_EQ(door.waiting(), 3u);
}

TEST(ClosedLoopTest, DoesWhatWasAskedAndCountsIt) {
  FakeDoor door;
  Quota quota(25, 0, kNever);
  const auto runner = MakeClosedLoop(door, quota, {.batch = 10, .in_flight = 2});
  const std::future<void> done = runner->done();
  runner->Start();
  AcceptAll(door.Next());
  RefuseAll(door.Next(), "queue_full");
  EXPECT_FALSE(IsDone(done));
  AcceptAll(door.Next());  // the last five
  EXPECT_TRUE(IsDone(done));
  EXPECT_EQ(runner->tally().accepted(), 15u);
  EXPECT_EQ(runner->tally().refused.at("queue_full"), 10u);
  EXPECT_EQ(runner->tally().latency_us.total(), 3u);
  EXPECT_EQ(runner->counters().accepted, 15u);
  EXPECT_EQ(runner->counters().refused, 10u);
}

TEST(ClosedLoopTest, MoreCallersThanCallsEndAsWell) {
  FakeDoor door;
  Quota quota(1, 0, kNever);
  const auto runner = MakeClosedLoop(door, quota, {.batch = 1, .in_flight = 10});
  const std::future<void> done = runner->done();
  runner->Start();
  EXPECT_EQ(door.waiting(), 1u);
  AcceptAll(door.Next());
  EXPECT_TRUE(IsDone(done));
}

TEST(ClosedLoopTest, TheWarmUpIsNotCounted) {
  FakeDoor door;
  Quota quota(0, /*measured_from_us=*/kNever - 1, kNever);
  const auto runner = MakeClosedLoop(door, quota, {.batch = 5, .in_flight = 1});
  runner->Start();
  AcceptAll(door.Next());
  EXPECT_EQ(runner->tally().accepted(), 0u);
  EXPECT_EQ(runner->tally().latency_us.total(), 0u);
  EXPECT_EQ(runner->counters().accepted, 5u);
}

TEST(ClosedLoopTest, StopsWhenTheServerIsGone) {
  FakeDoor door;
  Quota quota(1'000, 0, kNever);
  const auto runner = MakeClosedLoop(door, quota, {.batch = 1, .in_flight = 2});
  const std::future<void> done = runner->done();
  runner->Start();
  RefuseAll(door.Next(), "unreachable");
  RefuseAll(door.Next(), "unreachable");
  EXPECT_TRUE(IsDone(done));
  EXPECT_TRUE(quota.stopped());
}

}  // namespace
}  // namespace wallet::bench
