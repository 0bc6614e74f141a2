// The bounds of the index.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/ledger/limits.h"
#include "wal/runs/limits.h"

namespace wallet {

// The version of everything in engine/index/FORMAT.md together: the only one written, and the
// newest one read.
inline constexpr uint32_t kIndexVersion = 1;

// No stored row is larger: the texts, a failure's words, and some numbers.
inline constexpr size_t kMaxRowBytes = 2048;
static_assert(kMaxKeyBytes + kMaxDestinationBytes + kMaxDescriptionBytes + kMaxFailureCodeBytes +
                  kMaxFailureMessageBytes + 128 <=
              kMaxRowBytes);
static_assert(kMaxRowBytes <= kMaxRunValueBytes);

// A rank shares 64 bits with its currency's code.
inline constexpr int kRankBits = 48;
inline constexpr int64_t kMaxRank = (int64_t{1} << kRankBits) - 1;

// A source's row is named by so many bits, beside which the writer keeps the source's number.
inline constexpr int kRowHandleBits = 48;
inline constexpr size_t kMaxIndexSources = size_t{1} << (64 - kRowHandleBits);

// Fewer ranks are read in one go rather than halved again: most of them share a block.
inline constexpr int64_t kRankScan = 256;

}  // namespace wallet
