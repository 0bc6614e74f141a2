// How long to wait before the next try.
#pragma once

#include <chrono>

namespace wallet::client {

// Doubles from `shortest` to `longest`. Half of each wait is random, so that the clients of a
// server that went away don't come back all at once. One thread at a time.
class Backoff {
 public:
  using Wait = std::chrono::microseconds;

  Backoff(Wait shortest, Wait longest) : shortest_(shortest), longest_(longest), next_(shortest) {}

  Wait Next();
  void Reset() { next_ = shortest_; }

 private:
  const Wait shortest_;
  const Wait longest_;
  Wait next_;
};

}  // namespace wallet::client
