#include "engine/stamp_clock.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/mutant.h"

namespace wallet {

absl::Status StampClock::CheckStart(const Clock& clock, Instant last_stamp) {
  if (last_stamp == Instant(0)) return absl::OkStatus();
  const int64_t ahead_us = clock.Now().value() - last_stamp.value();
  if ((-kMaxBehindUs <= ahead_us && ahead_us <= kMaxAheadUs) ||
      WALLET_MUTANT("wrong_clock_at_start"))
    return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the machine's clock says ", FormatRfc3339(clock.Now()),
      ", but the ledger's last event is of ", FormatRfc3339(last_stamp), ", ",
      std::abs(ahead_us) / kMicrosPerSecond, " s ", ahead_us < 0 ? "later" : "earlier",
      ". A wrong clock would release money at the wrong time. Set the clock, or, if it is right, "
      "start once with --accept-clock."));
}

StampClock::StampClock(const Clock& clock, Instant last_stamp, Alarm alarm)
    : clock_(clock),
      alarm_(std::move(alarm)),
      last_(last_stamp),
      wall_us_(clock.Now().value()),
      steady_us_(clock.SteadyMicros()) {}

Instant StampClock::Now() {
  std::lock_guard lock(mutex_);
  const int64_t steady_us = clock_.SteadyMicros();
  const int64_t wall_us = clock_.Now().value();
  const int64_t expected_us = wall_us_ + (steady_us - steady_us_);
  const int64_t leap_us = wall_us - expected_us;
  const bool leaping = !WALLET_MUTANT("leap_followed") && std::abs(leap_us) > kMaxLeapUs;
  if (leaping && !leaping_) {
    alarm_(absl::StrCat("the wall clock leapt by ", leap_us / kMicrosPerSecond,
                        " s against the steady clock; the leap is not followed until it is undone "
                        "or the server restarted"));
  }
  leaping_ = leaping;
  wall_us_ = leaping ? expected_us : wall_us;
  steady_us_ = steady_us;
  last_ = WALLET_MUTANT("stamp_goes_back") ? Instant(wall_us_) : std::max(last_, Instant(wall_us_));
  return last_;
}

bool StampClock::leaping() {
  std::lock_guard lock(mutex_);
  return leaping_;
}

}  // namespace wallet
