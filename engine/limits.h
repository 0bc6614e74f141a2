// The bounds of the engine's own work.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/ledger/limits.h"
#include "engine/payload.h"
#include "wal/limits.h"

namespace wallet {

// A segment is closed when it is this full; several of them make a record.
inline constexpr size_t kSegmentBytes = 256 << 10;

inline constexpr int kMaxShards = 256;

// Withdrawals under way beyond the bank's workers.
inline constexpr int64_t kMaxBankQueue = 10'000'000;

// A record that holds nothing but one segment, closed at `segment_bytes`, takes no more.
constexpr size_t MaxSegmentPayloadBytes(size_t segment_bytes) {
  return kPayloadStart.size() + kMaxSegmentHeadBytes + segment_bytes + kMaxEventBytes;
}

static_assert(MaxSegmentPayloadBytes(kSegmentBytes) <= kMaxPayloadBytes,
              "every segment fits a record");

}  // namespace wallet
