#include "tools/walletd/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <utility>

namespace wallet {
namespace {

sigset_t EndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

EndSignal::EndSignal() {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a write beyond a limit is to fail like one to a full disk
  const sigset_t signals = EndSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // Lives as long as the process, which never waits for it.
  std::thread([this, signals] {
    int number = 0;
    sigwait(&signals, &number);
    if (!serving_) _exit(0);
    Give(absl::OkStatus());
    sigwait(&signals, &number);
    _exit(128 + number);
  }).detach();
}

void EndSignal::Fail(absl::Status status) { Give(std::move(status)); }

void EndSignal::Give(absl::Status reason) {
  if (!given_.exchange(true)) reason_.set_value(std::move(reason));
}

}  // namespace wallet
