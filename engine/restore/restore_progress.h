// How far a restore has come, and the way to stop it.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace wallet {

// The parts of a restore, in their order; not every restore has each.
enum class RestoreStep : uint8_t { kSnapshot, kReplay, kIndex, kLog, kVerify };
std::string_view ToString(RestoreStep step);  // "reading the snapshot" …

// Called on the working thread, often; of a step's work, in units of its own. `total` is 0 where it
// can't be known. False stops the restore, which cleans up and answers kCancelled.
using RestoreProgress = absl::FunctionRef<bool(RestoreStep step, uint64_t done, uint64_t total)>;

inline absl::Status StoppedOnRequest() { return absl::CancelledError("stopped on request"); }

}  // namespace wallet
