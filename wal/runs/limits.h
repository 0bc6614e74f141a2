// The bounds of the runs.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wallet {

inline constexpr size_t kMaxRunValueBytes = 64 << 10;

// A block is closed before it would become larger; one entry may still fill a larger block by
// itself. A lookup reads and checks one block: smaller ones would make the index in memory grow,
// larger ones every page dearer.
inline constexpr size_t kRunBlockBytes = 8 << 10;
// The checksum, three varints and the largest value.
inline constexpr size_t kMaxRunBlockBytes = 8 + 3 * 10 + kMaxRunValueBytes;

// What a writer hands to the file at once, and what a merge reads of each input at once.
inline constexpr size_t kRunChunkBytes = 256 << 10;
inline constexpr size_t kRunReadAheadBytes = 512 << 10;

// Between two questions whether to stop, a merge writes so many entries: some 0.1 ms of work.
inline constexpr uint64_t kRunMergeSlice = 1024;

inline constexpr size_t kMaxRunFamilies = 16;
inline constexpr size_t kMaxRunFamilyNameBytes = 32;
inline constexpr size_t kMaxRunMetadataBytes = 1 << 20;

// Fewer runs are never merged. More at once write each entry less often and leave more runs to look
// into: 5 keep 50 equal flushes within 8 runs and 2.6 times their bytes.
inline constexpr size_t kRunMergeWidth = 5;
// So many runs are merged even where their sizes do not suit: a lookup may touch all of them.
inline constexpr size_t kMaxRuns = 16;

static_assert(kRunBlockBytes < kMaxRunBlockBytes);
static_assert(kMaxRunBlockBytes <= kRunChunkBytes && kMaxRunBlockBytes <= kRunReadAheadBytes);
static_assert(kRunMergeWidth >= 2 && kRunMergeWidth <= kMaxRuns);

}  // namespace wallet
