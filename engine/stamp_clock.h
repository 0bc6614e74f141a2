// The time that goes into events: never back, and no leaps.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "wal/base/clock.h"

namespace wallet {

// One for all shards, so that they can't stamp apart. Any thread.
class StampClock {
 public:
  // How far the wall clock may run from the steady clock between two readings.
  static constexpr int64_t kMaxLeapUs = 60 * kMicrosPerSecond;
  // How far behind and ahead of the last stamp a start may be.
  static constexpr int64_t kMaxBehindUs = 60 * kMicrosPerSecond;
  static constexpr int64_t kMaxAheadUs = 86'400 * kMicrosPerSecond;

  using Alarm = absl::AnyInvocable<void(std::string)>;

  // kFailedPrecondition when `clock` is too far from `last_stamp`, the highest stamp of the whole
  // ledger (0: none yet); the message says by how much and what to do.
  static absl::Status CheckStart(const Clock& clock, Instant last_stamp);

  // `alarm` is told once when a leap begins; it must not block.
  StampClock(const Clock& clock, Instant last_stamp, Alarm alarm);

  // The wall clock, but never below an earlier answer; through a leap of more than kMaxLeapUs time
  // goes on at the steady clock's pace until the wall clock is back within it.
  Instant Now();

  // Whether a leap is being ignored right now.
  bool leaping();

 private:
  const Clock& clock_;
  Alarm alarm_;
  std::mutex mutex_;
  Instant last_;
  int64_t wall_us_;    // at the last reading, as followed
  int64_t steady_us_;  // at the last reading
  bool leaping_ = false;
};

}  // namespace wallet
