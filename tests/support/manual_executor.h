// Executors without threads: tasks run when the test says so, on the test's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <queue>
#include <tuple>

#include "tests/support/fake_clock.h"
#include "wal/base/executor.h"

namespace wallet {

// All executors made by one scheduler share its queue and its clock; tasks run in the order of
// their due time, first posted first among equals.
class ManualScheduler {
 public:
  // `clock` moves with Advance; it must outlive the scheduler, and the scheduler its executors.
  explicit ManualScheduler(FakeClock& clock) : clock_(clock) {}

  std::unique_ptr<Executor> MakeExecutor();

  // Runs the next task that is due; false if there is none.
  bool RunOne();
  // Runs the next task, moving the clock on to its time; false if there is none at all.
  bool RunNext();
  void RunUntilIdle();
  // Moves the clock on, stopping at each delayed task on the way to run it and what follows from
  // it.
  void Advance(int64_t us);
  // Forgets all tasks without running them, as the end of the process would.
  void DropAll();

 private:
  class Handle;
  struct Entry {
    int64_t due_us;
    uint64_t sequence;
    mutable Executor::Task task;  // priority_queue hands out const references only
    bool operator<(const Entry& other) const {
      return std::tie(due_us, sequence) > std::tie(other.due_us, other.sequence);
    }
  };

  FakeClock& clock_;
  std::priority_queue<Entry> queue_;
  uint64_t next_sequence_ = 0;
};

}  // namespace wallet
