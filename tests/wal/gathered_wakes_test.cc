#include "wal/base/gathered_wakes.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "wal/base/thread_executor.h"

namespace wallet {
namespace {

TEST(GatheredWakesTest, WhereNothingIsGatheredAWakeIsAtOnce) {
  std::string woken;
  GatheredWakes::Wake([&] { woken += "a"; });
  EXPECT_EQ(woken, "a");
}

TEST(GatheredWakesTest, GatheredWakesComeAtTheEndInTheirOrder) {
  std::string woken;
  {
    const GatheredWakes gathered;
    GatheredWakes::Wake([&] { woken += "a"; });
    GatheredWakes::Wake([&] { woken += "b"; });
    EXPECT_EQ(woken, "");
  }
  EXPECT_EQ(woken, "ab");
  GatheredWakes::Wake([&] { woken += "c"; });
  EXPECT_EQ(woken, "abc");
}

TEST(GatheredWakesTest, OfNestedOnesTheOutermostCounts) {
  std::string woken;
  {
    const GatheredWakes outer;
    {
      const GatheredWakes inner;
      GatheredWakes::Wake([&] { woken += "a"; });
    }
    EXPECT_EQ(woken, "");
  }
  EXPECT_EQ(woken, "a");
}

// A promise that goes with its task: the waiting thread may be gone while it is still being kept.
std::future<void> PostTo(Executor& executor) {
  std::promise<void> ran;
  std::future<void> future = ran.get_future();
  executor.Post([ran = std::move(ran)]() mutable { ran.set_value(); });
  return future;
}

TEST(GatheredWakesTest, WhatOtherThreadsWakeIsNotGathered) {
  ThreadExecutor executor("idle");
  ThreadExecutor other("other");
  const GatheredWakes gathered;
  std::promise<std::future<void>> posted;
  other.Post([&] { posted.set_value(PostTo(executor)); });
  other.Stop();  // ends with what was posted to it
  posted.get_future().get().wait();
}

TEST(GatheredWakesTest, AnExecutorRunsWhatWasPostedMeanwhile) {
  ThreadExecutor executor("idle");
  for (int round = 0; round < 1'000; ++round) {
    std::future<void> first, second;
    {
      const GatheredWakes gathered;
      first = PostTo(executor);
      second = PostTo(executor);
    }
    first.wait();
    second.wait();
  }
}

TEST(GatheredWakesTest, AnExecutorMayEndBeforeItIsWoken) {
  bool ran = false;
  {
    const GatheredWakes gathered;
    auto executor = std::make_unique<ThreadExecutor>("gone");
    executor->Post([&] { ran = true; });
    executor.reset();
    EXPECT_TRUE(ran);
  }
}

}  // namespace
}  // namespace wallet
