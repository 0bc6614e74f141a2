#include "bench/wallet_bench/progress.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "bench/number.h"
#include "wal/base/clock.h"

namespace wallet::bench {
namespace {

double Seconds(int64_t us) { return static_cast<double>(us) / 1e6; }

}  // namespace

Progress::Progress(std::string what, bool quiet)
    : what_(std::move(what)),
      quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) == 1),
      begun_us_(SystemClock().SteadyMicros()),
      shown_us_(begun_us_) {}

std::chrono::milliseconds Progress::period() const {
  return std::chrono::milliseconds(terminal_ ? 250 : 1'000);
}

void Progress::Show(uint64_t accepted, uint64_t refused) {
  if (quiet_) return;
  const int64_t now_us = SystemClock().SteadyMicros();
  const double rate = static_cast<double>(accepted - shown_) / Seconds(now_us - shown_us_);
  std::fprintf(stderr, "%s%s %6.1f s  %11s/s  accepted %s", terminal_ ? "\r\033[K" : "",
               what_.c_str(), Seconds(now_us - begun_us_), Grouped(rate).c_str(),
               Grouped(static_cast<double>(accepted)).c_str());
  if (refused > 0) {
    std::fprintf(stderr, "  refused %s", Grouped(static_cast<double>(refused)).c_str());
  }
  if (!terminal_) std::fputc('\n', stderr);
  shown_ = accepted;
  shown_us_ = now_us;
}

void Progress::End() {
  if (terminal_ && !quiet_) std::fputs("\r\033[K", stderr);
}

}  // namespace wallet::bench
