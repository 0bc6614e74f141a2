#include "net/io_threads.h"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/manual_executor.h"

namespace wallet {
namespace {

// What happened to batches, and on which thread.
struct Trace {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<int> answered;
  std::thread::id thread;
  int destroyed = 0;

  void AwaitDestroyed(int count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return destroyed >= count; });
  }
};

class TracedBatch final : public SessionBatch {
 public:
  TracedBatch(IoThread& home, Trace& trace, int number)
      : SessionBatch(home), trace_(trace), number_(number) {}
  ~TracedBatch() override {
    std::lock_guard lock(trace_.mutex);
    ++trace_.destroyed;
    trace_.changed.notify_all();
  }
  void OnAnswered(std::unique_ptr<SessionBatch>) override {
    std::lock_guard lock(trace_.mutex);
    trace_.answered.push_back(number_);
    trace_.thread = std::this_thread::get_id();
  }

 private:
  Trace& trace_;
  const int number_;
};

void Complete(std::unique_ptr<Batch> batch) {
  Batch& completed = *batch;
  completed.Complete(std::move(batch));
}

std::thread::id IdOf(IoThread& thread) {
  std::promise<std::thread::id> id;
  boost::asio::post(thread.context(), [&] { id.set_value(std::this_thread::get_id()); });
  return id.get_future().get();
}

TEST(IoThreadTest, BatchesAreAnsweredOnTheirThreadInTheOrderOfCompletion) {
  Trace trace;
  IoThread thread;
  for (int i = 0; i < 100; ++i) Complete(std::make_unique<TracedBatch>(thread, trace, i));
  trace.AwaitDestroyed(100);
  ASSERT_EQ(trace.answered.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(trace.answered[i], i);
  EXPECT_EQ(trace.thread, IdOf(thread));
}

TEST(IoThreadTest, EveryBatchOfManyThreadsArrives) {
  Trace trace;
  IoThread thread;
  std::vector<std::thread> engines;
  for (int e = 0; e < 4; ++e) {
    engines.emplace_back([&] {
      for (int i = 0; i < 1'000; ++i) Complete(std::make_unique<TracedBatch>(thread, trace, i));
    });
  }
  for (auto& engine : engines) engine.join();
  trace.AwaitDestroyed(4'000);
  EXPECT_EQ(trace.answered.size(), 4'000u);
}

TEST(IoThreadTest, ABatchThatOutlivesItsThreadDiesUnanswered) {
  Trace trace;
  auto thread = std::make_unique<IoThread>();
  auto late = std::make_unique<TracedBatch>(*thread, trace, 1);
  thread.reset();
  Complete(std::move(late));
  EXPECT_EQ(trace.destroyed, 1);
  EXPECT_TRUE(trace.answered.empty());
}

TEST(IoThreadTest, WhatIsQueuedWhenTheThreadStopsIsDropped) {
  Trace trace;
  IoThread thread;
  std::promise<void> blocked, go_on;
  boost::asio::post(thread.context(), [&] {
    blocked.set_value();
    go_on.get_future().wait();
    thread.context().stop();
  });
  blocked.get_future().wait();
  for (int i = 0; i < 3; ++i) Complete(std::make_unique<TracedBatch>(thread, trace, i));
  go_on.set_value();
  thread.Stop();
  EXPECT_EQ(trace.destroyed, 3);
  EXPECT_TRUE(trace.answered.empty());
  thread.Stop();  // idempotent
}

TEST(IoThreadTest, WithAnExecutorBatchesAreAnsweredInItsTasks) {
  Trace trace;
  FakeClock clock;
  ManualScheduler scheduler(clock);
  const auto executor = scheduler.MakeExecutor();
  auto home = std::make_unique<IoThread>(*executor);
  for (int i = 0; i < 3; ++i) Complete(std::make_unique<TracedBatch>(*home, trace, i));
  EXPECT_TRUE(trace.answered.empty());
  scheduler.RunUntilIdle();
  EXPECT_EQ(trace.answered, (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(trace.thread, std::this_thread::get_id());

  Complete(std::make_unique<TracedBatch>(*home, trace, 3));
  scheduler.DropAll();
  home.reset();
  EXPECT_EQ(trace.destroyed, 4);
  EXPECT_EQ(trace.answered.size(), 3u);
}

}  // namespace
}  // namespace wallet
