// Why walletd should end: a signal, or a failure inside.
#pragma once

#include <atomic>
#include <future>
#include <thread>

#include "absl/status/status.h"

namespace wallet {

// The first SIGTERM or SIGINT asks for an orderly end; a second one ends the process at once, with
// 128 + its number. Before Serving() there is nothing to end in order: the first signal ends the
// process at once, with 0. (Whatever was being made or replayed is as after a crash: safe.)
class EndSignal {
 public:
  // Before any other thread is started: all of them inherit the blocked signals.
  EndSignal();

  void Serving() { serving_ = true; }

  // Asks for the end because of a failure. Any thread; the first reason counts.
  void Fail(absl::Status status);

  // Blocks until there is a reason: OK for a signal. Once.
  absl::Status Wait() { return reason_.get_future().get(); }

 private:
  void Give(absl::Status reason);

  std::promise<absl::Status> reason_;
  std::atomic<bool> given_{false};
  std::atomic<bool> serving_{false};
};

}  // namespace wallet
