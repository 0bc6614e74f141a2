// Who runs next: one task at a time, of an actor drawn at random.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/knobs.h"
#include "tests/simulation/random.h"
#include "tests/simulation/sim_clock.h"
#include "tests/simulation/trace.h"
#include "wal/base/executor.h"

namespace wallet::simulation {

// An actor's tasks run in the order in which they became due; between actors anything goes, as
// between threads. Simulated time passes while a task runs, and jumps to the next due task when
// there is nothing to do. Actors of the wallet's process die with it. One thread.
class Scheduler {
 public:
  using Task = Executor::Task;
  struct Actor;
  using ActorRef = std::shared_ptr<Actor>;

  Scheduler(SimClock& clock, Trace& trace, SimRandom random, ScheduleKnobs knobs);
  ~Scheduler();

  // Of the world around the wallet: lives as long as the world.
  ActorRef AddActor();
  // Of the wallet's process: dies with it.
  ActorRef AddWalletActor();
  std::unique_ptr<Executor> MakeExecutor();

  void Post(const ActorRef& actor, Task task);
  void PostAfter(const ActorRef& actor, int64_t delay_us, Task task);

  // The wallet's process dies: none of its tasks runs any more. Not from one of them.
  void KillWallet();

  // Runs one task; false if there is none at all.
  bool Step();
  uint64_t steps() const { return steps_; }

  // From now on no actor is stalled or starved.
  void Calm();

 private:
  class Handle;
  struct Timer {
    ActorRef actor;
    Task task;  // none: the end of a stall
  };
  // When it is due, and where in timers_ it lies: cheap to move about.
  struct Due {
    int64_t due_us;
    uint64_t sequence;
    size_t place;
  };
  struct Later {
    bool operator()(const Due& a, const Due& b) const {
      return a.due_us != b.due_us ? a.due_us > b.due_us : a.sequence > b.sequence;
    }
  };

  ActorRef NewActor();
  void AddTimer(const ActorRef& actor, int64_t delay_us, Task task);
  Timer Take(size_t place);
  // Hands out what is due.
  void CollectDue();
  void List(const ActorRef& actor);
  void Unlist(size_t index);
  size_t Choose();
  bool Stalls(size_t index);
  // What an executor's Stop owes those who posted before.
  void Finish(Actor& actor);

  SimClock& clock_;
  Trace& trace_;
  SimRandom random_;
  ScheduleKnobs knobs_;
  std::vector<ActorRef> ready_;  // with a task to run, and not stalled
  std::vector<Due> due_;         // a heap
  std::vector<Timer> timers_;
  std::vector<size_t> free_timers_;  // places that none takes
  std::vector<ActorRef> wallet_;
  uint64_t next_actor_ = 1;
  uint64_t next_sequence_ = 1;
  uint64_t steps_ = 0;
  uint64_t last_ = 0;     // the actor that ran last
  uint64_t starved_ = 0;  // the actor that must wait
};

}  // namespace wallet::simulation
