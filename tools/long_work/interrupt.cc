#include "tools/long_work/interrupt.h"

#include <signal.h>

namespace wallet {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

void OnSignal(int number) {
  interrupted.store(true);
  signal(number, SIG_DFL);
}

}  // namespace

const std::atomic<bool>& StopOnInterrupt() {
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction action {};
    action.sa_handler = OnSignal;
    sigaction(number, &action, nullptr);
  }
  return interrupted;
}

}  // namespace wallet
