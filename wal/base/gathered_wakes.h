// Wake-ups of other threads, put off until a piece of work is done.
//
// A thread that is woken by the first of many messages often takes the processor from the one that
// is still sending: it deals with that one, sleeps, and is woken by the next.
#pragma once

#include "absl/functional/any_invocable.h"

namespace wallet {

// While one lives, what this thread passes to Wake waits for its end, in order; of nested ones, for
// the outermost's. Only around work that is short and waits for nobody: others sleep meanwhile
// although there is work for them.
class GatheredWakes {
 public:
  GatheredWakes();
  ~GatheredWakes();
  GatheredWakes(const GatheredWakes&) = delete;
  GatheredWakes& operator=(const GatheredWakes&) = delete;

  // Runs `wake` once: now when the thread gathers nothing. It may not gather in its turn, and owns
  // what it touches: by then, whoever was to be woken may be gone.
  static void Wake(absl::AnyInvocable<void()> wake);
};

}  // namespace wallet
