// What waits to be sent over a connection, and how it becomes frames. No sockets, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "net/client/unit.h"

namespace wallet::client {

// Operations [first, first + count) of a unit.
struct Run {
  UnitPtr unit;
  uint32_t first = 0;
  uint32_t count = 0;
};

// The operations of a Request, in its order.
struct Frame {
  std::vector<Run> runs;
  size_t at = 0;          // the first run that is not answered whole; it begins with what is open
  size_t operations = 0;  // not answered
  SteadyTime deadline;    // the latest of its units
};

struct FrameLimits {
  size_t operations = 0;
  size_t body_bytes = 0;  // of the operations
};

// One thread at a time.
class Backlog {
 public:
  // Behind everything.
  void Add(UnitPtr unit);

  // What was taken and has to be sent again: before everything that was never taken, in the order
  // in which its units were added.
  void Return(std::vector<Run> runs);

  // Takes from the front what fits one Request and appends it to `out`; the frame is empty if
  // nothing waits. A unit that fits a frame of its own is not cut in two. An operation that fits no
  // frame is refused (which runs its caller's code).
  Frame Take(const FrameLimits& limits, std::string& out);

  // Forgets what has ended while it waited, as far as it is in front.
  void DropDone();

  void Clear();

 private:
  std::deque<Run>& Front() { return returned_.empty() ? added_ : returned_; }
  void RefuseFirst(Run& run);

  std::deque<Run> added_;
  std::deque<Run> returned_;  // sorted
  uint64_t next_sequence_ = 0;
};

}  // namespace wallet::client
