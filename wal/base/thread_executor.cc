#include "wal/base/thread_executor.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "wal/base/clock.h"
#include "wal/base/gathered_wakes.h"

namespace wallet {
namespace {

thread_local int64_t asked_to_linger_us = 0;

}  // namespace

void LingerOnce(int64_t linger_us) { asked_to_linger_us = linger_us; }

ThreadExecutor::ThreadExecutor(std::string name) : thread_([this] { Run(); }) {
  name.resize(std::min<size_t>(name.size(), 15));
  pthread_setname_np(thread_.native_handle(), name.c_str());
}

ThreadExecutor::~ThreadExecutor() { Stop(); }

void ThreadExecutor::Post(Task task) {
  bool notify = false;
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    ready_.push_back(std::move(task));
    news_.store(true, std::memory_order_relaxed);
    notify = std::exchange(waiting_, false);
  }
  if (notify) GatheredWakes::Wake([wake = wake_] { wake->notify_one(); });
}

void ThreadExecutor::PostAfter(int64_t delay_us, Task task) {
  const int64_t due_us = SystemClock().SteadyMicros() + delay_us;
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    delayed_.push({due_us, next_sequence_++, std::move(task)});
    news_.store(true, std::memory_order_relaxed);
  }
  wake_->notify_one();
}

void ThreadExecutor::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    news_.store(true, std::memory_order_relaxed);
  }
  wake_->notify_one();
  if (thread_.joinable()) thread_.join();
}

void ThreadExecutor::Run() {
  std::vector<Task> batch;
  while (Take(batch)) {
    for (Task& task : batch) task();
    batch.clear();
  }
}

bool ThreadExecutor::Take(std::vector<Task>& batch) {
  std::unique_lock lock(mutex_);
  while (true) {
    TakeDue(batch);
    news_.store(false, std::memory_order_relaxed);
    // Mostly nothing is due: then whoever posts meanwhile waits for no more than an exchange.
    if (batch.empty()) {
      batch.swap(ready_);
    } else {
      for (Task& task : ready_) batch.push_back(std::move(task));
      ready_.clear();
    }
    if (!batch.empty()) return true;
    if (stopping_) return false;
    if (asked_to_linger_us > 0) {
      Linger(lock);
      continue;
    }
    waiting_ = true;
    if (delayed_.empty()) {
      wake_->wait(lock);
    } else {
      const int64_t wait_us = delayed_.top().due_us - SystemClock().SteadyMicros();
      wake_->wait_for(lock, std::chrono::microseconds(std::max<int64_t>(wait_us, 0)));
    }
    waiting_ = false;
  }
}

void ThreadExecutor::Linger(std::unique_lock<std::mutex>& lock) {
  int64_t until_us = SystemClock().SteadyMicros() + std::exchange(asked_to_linger_us, 0);
  if (!delayed_.empty()) until_us = std::min(until_us, delayed_.top().due_us);
  lock.unlock();
  while (!news_.load(std::memory_order_relaxed) && SystemClock().SteadyMicros() < until_us) {
    std::this_thread::yield();
  }
  lock.lock();
}

void ThreadExecutor::TakeDue(std::vector<Task>& batch) {
  if (delayed_.empty()) return;
  const int64_t now_us = SystemClock().SteadyMicros();
  while (!delayed_.empty() && delayed_.top().due_us <= now_us) {
    batch.push_back(std::move(delayed_.top().task));
    delayed_.pop();
  }
}

}  // namespace wallet
