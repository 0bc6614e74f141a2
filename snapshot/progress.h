// How far long work has come, and the way to stop it.
#pragma once

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace wallet {

struct Progress {
  uint64_t done_bytes = 0;
  uint64_t total_bytes = 0;
};

// Called on the working thread, about once per megabyte, the last time with done == total. False
// stops the work: the call that does it cleans up and answers kCancelled.
using ProgressFn = absl::FunctionRef<bool(const Progress&)>;

inline bool IgnoreProgress(const Progress&) { return true; }

// Adds up what was done. One thread; lives no longer than `report`.
class Meter {
 public:
  Meter(ProgressFn report, uint64_t total_bytes)
      : report_(report), progress_{.total_bytes = total_bytes} {}

  // kCancelled once the report said so. With 0 bytes it only asks.
  absl::Status Advance(uint64_t bytes) {
    progress_.done_bytes += bytes;
    if (report_(progress_)) return absl::OkStatus();
    return absl::CancelledError("stopped on request");
  }

 private:
  ProgressFn report_;
  Progress progress_;
};

}  // namespace wallet
