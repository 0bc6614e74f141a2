#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <thread>

#include "bench/wallet_bench/runner.h"
#include "tests/bench/fake_door.h"

namespace wallet::bench {
namespace {

constexpr double kFast = 1;  // calls a microsecond

int64_t Now() { return SystemClock().SteadyMicros(); }

TEST(OpenLoopTest, SendsWithoutWaitingForAnswers) {
  FakeDoor door;
  Quota quota(1'000, 0, kNever);
  const auto runner =
      MakeOpenLoop(door, quota, {.in_flight = 2'000, .calls_per_us = kFast, .begin_us = Now()});
  const std::future<void> done = runner->done();
  runner->Start();
  door.AwaitSent(1'000);  // not one was answered
  for (int i = 0; i < 1'000; ++i) AcceptAll(door.Next());
  done.wait();
  EXPECT_EQ(runner->tally().accepted(), 1'000u);
  EXPECT_EQ(runner->timetable().calls, 1'000u);
  EXPECT_FALSE(runner->timetable().was_full);
}

// The server stalls for a second in which a hundred calls were due: all of them have waited.
TEST(OpenLoopTest, LatencyCountsFromWhenACallWasDue) {
  constexpr int64_t kStallUs = 1'000'000;
  FakeDoor door;
  Quota quota(100, 0, kNever);
  const auto runner = MakeOpenLoop(
      door, quota,
      {.in_flight = 1, .calls_per_us = 100.0 / kStallUs, .begin_us = Now() - 2 * kStallUs});
  const std::future<void> done = runner->done();
  runner->Start();
  for (size_t i = 1; i <= 100; ++i) {
    door.AwaitSent(i);
    EXPECT_EQ(door.waiting(), 1u);  // never more than allowed
    AcceptAll(door.Next());
  }
  done.wait();
  EXPECT_EQ(runner->tally().latency_us.total(), 100u);
  EXPECT_GE(runner->tally().latency_us.Percentile(0), kStallUs);
  EXPECT_EQ(runner->timetable().late, 100u);
  EXPECT_GE(runner->timetable().longest_delay_us, 2 * kStallUs);
}

TEST(OpenLoopTest, SaysWhatItNeverSent) {
  constexpr int64_t kRunUs = 20'000;
  FakeDoor door;
  const int64_t begin_us = Now();
  Quota quota(0, begin_us, begin_us + kRunUs);
  const auto runner =
      MakeOpenLoop(door, quota, {.in_flight = 5, .calls_per_us = 0.001, .begin_us = begin_us});
  const std::future<void> done = runner->done();
  runner->Start();
  // Only when the time is over is anything answered.
  while (Now() < begin_us + kRunUs + kLateUs) std::this_thread::yield();
  while (done.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
    while (door.waiting() > 0) AcceptAll(door.Next());
  }
  EXPECT_LE(runner->timetable().calls, 5u);
  EXPECT_EQ(runner->timetable().calls + runner->timetable().never_sent, 20u);
}

TEST(OpenLoopTest, StopsWhenTheServerIsGone) {
  FakeDoor door;
  Quota quota(0, 0, kNever);
  const auto runner =
      MakeOpenLoop(door, quota, {.in_flight = 1, .calls_per_us = kFast, .begin_us = Now()});
  const std::future<void> done = runner->done();
  runner->Start();
  door.AwaitSent(1);
  RefuseAll(door.Next(), "unreachable");
  done.wait();
  EXPECT_TRUE(quota.stopped());
}

}  // namespace
}  // namespace wallet::bench
