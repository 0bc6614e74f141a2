// How far a backup has come, and the way to stop it.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace wallet {

// In this order. Sent over the wire: the numbers never change.
enum class BackupPhase : uint8_t {
  kLog = 1,     // counted in events
  kFiles = 2,   // in bytes
  kVerify = 3,  // in bytes
};
std::string_view ToString(BackupPhase phase);  // "log", "files", "verify"

struct BackupProgress {
  BackupPhase phase = BackupPhase::kLog;
  uint64_t done = 0;
  uint64_t total = 0;  // of the phase
};

// On the working thread, many times a second. False stops the work (kCancelled).
using BackupProgressFn = absl::FunctionRef<bool(const BackupProgress&)>;

}  // namespace wallet
