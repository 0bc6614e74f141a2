#include "wal/base/thread_executor.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <vector>

namespace wallet {
namespace {

// Sleeps at once, or lingers for ever: then what it does not notice, it never does.
class ThreadExecutorTest : public ::testing::TestWithParam<int64_t> {
 protected:
  // A task that asks for it.
  void Post(Executor::Task task) {
    executor_.Post([task = std::move(task)]() mutable {
      LingerOnce(GetParam());
      task();
    });
  }
  // Returns when the executor has run what was posted before, and has nothing to do.
  void Settle() {
    std::promise<void> ran;
    Post([&] { ran.set_value(); });
    ran.get_future().wait();
  }

  ThreadExecutor executor_{"worker"};
};

INSTANTIATE_TEST_SUITE_P(Lingering, ThreadExecutorTest,
                         ::testing::Values(0, int64_t{3'600'000'000}));

TEST_P(ThreadExecutorTest, RunsInTheOrderPostedWhatEachThreadPosts) {
  constexpr int kThreads = 3;
  constexpr int kTasks = 2'000;
  std::vector<std::vector<int>> ran(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kTasks; ++i) Post([&, thread, i] { ran[thread].push_back(i); });
    });
  }
  for (auto& thread : threads) thread.join();
  executor_.Stop();
  for (const auto& tasks : ran) {
    ASSERT_EQ(tasks.size(), size_t{kTasks});
    EXPECT_TRUE(std::is_sorted(tasks.begin(), tasks.end()));
  }
}

TEST_P(ThreadExecutorTest, RunsWhatIsPostedWhenItHadNothingToDo) {
  for (int round = 0; round < 1'000; ++round) Settle();
}

TEST_P(ThreadExecutorTest, RunsADelayedTaskThatIsPostedWhenItHadNothingToDo) {
  Settle();
  std::promise<void> ran;
  executor_.PostAfter(1'000, [&] { ran.set_value(); });
  ran.get_future().wait();
}

// The last waits for its time when there is nothing else to watch for.
TEST_P(ThreadExecutorTest, RunsDelayedTasksBetweenOthers) {
  std::promise<void> sooner, later;
  executor_.PostAfter(20'000, [&] { later.set_value(); });
  executor_.PostAfter(1'000, [&] { sooner.set_value(); });
  Settle();
  sooner.get_future().wait();
  Settle();
  later.get_future().wait();
}

TEST_P(ThreadExecutorTest, StopsWhenItHasNothingToDoAndDropsWhatIsNotDue) {
  bool ran = false;
  executor_.PostAfter(int64_t{3'600'000'000}, [&] { ran = true; });
  Settle();
  executor_.Stop();
  EXPECT_FALSE(ran);
  executor_.Post([&] { ran = true; });
  executor_.Stop();
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace wallet
