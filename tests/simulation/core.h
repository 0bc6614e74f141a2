// What all parts of a world share, and the seam for adding a part.
#pragma once

#include <cstdint>

#include "tests/simulation/knobs.h"
#include "tests/simulation/problems.h"
#include "tests/simulation/random.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/sim_clock.h"
#include "tests/simulation/trace.h"

namespace wallet::simulation {

// The order of members is that of drawing: a new member that draws goes last, so that old seeds
// keep their meaning.
struct Core {
  Core(uint64_t seed, Trace::Words words)
      : random(seed),
        knobs(DrawKnobs(random)),
        trace(clock, words),
        scheduler(clock, trace, random.Fork(), knobs.schedule) {}

  SimRandom random;
  Knobs knobs;
  SimClock clock;
  Trace trace;
  Problems problems;
  Scheduler scheduler;
};

// A part of the world around the wallet: clients, an operator, the clock, and whatever comes. It
// acts by tasks of an actor of its own and is told of the wallet's life; calls come from the world,
// never from inside a task of the wallet.
class Component {
 public:
  virtual ~Component() = default;

  // Once, before the wallet's first start.
  virtual void Begin() {}
  // The wallet serves.
  virtual void OnOpen() {}
  // The wallet's process has ended; nothing it was asked will be answered any more.
  virtual void OnEnd() {}
  // From now on: no new faults, no new work; what is under way must come to an end.
  virtual void Heal() {}
  // Whether it waits for nothing any more.
  virtual bool AtRest() const { return true; }
};

}  // namespace wallet::simulation
