// An Executor on a thread of its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <queue>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "wal/base/executor.h"

namespace wallet {

class ThreadExecutor final : public Executor {
 public:
  // `name` (at most 15 bytes are kept) is what top and gdb show.
  explicit ThreadExecutor(std::string name);

  // As Stop().
  ~ThreadExecutor() override;

  void Post(Task task) override;
  void PostAfter(int64_t delay_us, Task task) override;

  void Stop() override;  // joins the thread

 private:
  struct Delayed {
    int64_t due_us;
    uint64_t sequence;  // first posted, first run among equals
    // priority_queue hands out const references only; the task is moved out on its way off.
    mutable Task task;
    bool operator<(const Delayed& other) const {
      return std::tie(due_us, sequence) > std::tie(other.due_us, other.sequence);
    }
  };

  void Run();
  // Waits for work; moves everything runnable into `batch`; false once stopped and drained.
  bool Take(std::vector<Task>& batch);
  // As it was asked to (LingerOnce); with the lock given up.
  void Linger(std::unique_lock<std::mutex>& lock);
  void TakeDue(std::vector<Task>& batch);

  std::mutex mutex_;
  std::atomic<bool> news_{false};  // since what there is to do was last looked at
  // Gathered wake-ups (wal/base/gathered_wakes.h) may outlive the executor.
  const std::shared_ptr<std::condition_variable> wake_ =
      std::make_shared<std::condition_variable>();
  std::vector<Task> ready_;
  std::priority_queue<Delayed> delayed_;
  uint64_t next_sequence_ = 0;
  bool waiting_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace wallet
