// Where work runs, as something handed in: a thread in production, a simulated scheduler in tests.
#pragma once

#include <cstdint>

#include "absl/functional/any_invocable.h"

namespace wallet {

// Runs tasks one after the other, in the order posted. Objects that live on an executor ("actors":
// a shard, the committer, the bank dispatcher) need no locks for what only their tasks touch.
class Executor {
 public:
  using Task = absl::AnyInvocable<void()>;

  virtual ~Executor() = default;

  // Any thread; never blocks, never runs `task` before it returns.
  virtual void Post(Task task) = 0;

  // Runs `task` once `delay_us` microseconds of steady time have passed. There is no cancel: a task
  // that may be out of date checks so when it runs. Tasks not yet due are dropped by destruction.
  virtual void PostAfter(int64_t delay_us, Task task) = 0;

  // Ends the executor: what was posted before still runs, delayed tasks that are not due are
  // dropped, and from then on posting does nothing. Returns when the last task has run. Actors that
  // post to each other are destroyed after all their executors were stopped. Idempotent; not from a
  // task.
  virtual void Stop() = 0;
};

// A hint, from a task: once its executor has nothing to do, its thread shall watch for work so
// long, microseconds at most, before it sleeps. For work that tends to come sooner than a sleeper
// wakes (30 to 50 us on a virtual machine) and is worth a processor's time: whoever else wants the
// processor gets it meanwhile, but not for nothing. Where executors are no threads it means
// nothing.
void LingerOnce(int64_t linger_us);

}  // namespace wallet
