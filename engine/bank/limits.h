// The bounds of the bank's room.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wal/base/instant.h"

namespace wallet {

inline constexpr int64_t kMaxBankWorkers = 10'000;
inline constexpr uint32_t kMaxBankAttempts = 100;
inline constexpr int64_t kMaxBankTimeoutUs = 3600 * kMicrosPerSecond;

// However often it was doubled, and before jitter.
inline constexpr int64_t kMaxBackoffUs = 3600 * kMicrosPerSecond;

// How often a dispatcher that is held asks whether it may go on.
inline constexpr int64_t kHoldPollUs = kMicrosPerSecond / 4;

// One line of the simulated bank's book, its end included.
inline constexpr size_t kMaxBookLineBytes = 256;

// `w-<epoch>-<user_id>-<id>` takes 50 at most; another bank of the same kind may have longer ones.
inline constexpr size_t kMaxReferenceBytes = 64;

}  // namespace wallet
