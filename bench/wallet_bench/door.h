// The way to the server, as the runners know it.
#pragma once

#include "absl/functional/any_invocable.h"
#include "bench/wallet_bench/call.h"

namespace wallet::bench {

// Has one thread of its own, on which all its calls end.
class Door {
 public:
  virtual ~Door() = default;

  // Runs `work` on the door's thread.
  virtual void Post(absl::AnyInvocable<void()> work) = 0;

  // Makes the call's operations and sends them. Any thread; the call is the door's until it ends.
  // Nothing is sent twice. An operation whose answer can't come any more is refused as
  // "unreachable" or "outcome_unknown".
  virtual void Send(Call& call) = 0;
};

}  // namespace wallet::bench
