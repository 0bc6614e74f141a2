// The bounds of the archive.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wal/limits.h"

namespace wallet {

// What a segment grows to, unless its owner says otherwise: large enough that a year of a busy
// ledger is some ten thousand files, small enough to be copied away while the next one is written.
inline constexpr uint64_t kArchiveSegmentBytes = uint64_t{64} << 20;

// Records are compressed and checked together until they make this many bytes: larger blocks
// compress no better at low levels, smaller ones lose what short records have in common.
inline constexpr size_t kArchiveBlockBytes = 256 << 10;
// The length before each record in a block.
inline constexpr size_t kArchiveFrameBytes = 4;
// A block that the largest record has just filled.
inline constexpr size_t kMaxArchiveBlockBytes =
    kArchiveBlockBytes + kArchiveFrameBytes + kMaxRecordBytes;

// Whether the disk still has room is asked after so many bytes of records.
inline constexpr uint64_t kArchiveRoomEveryBytes = uint64_t{4} << 20;

static_assert(kMaxArchiveBlockBytes < kArchiveSegmentBytes);
// An archive that begins with just the room that clients' writes need leaves them more than they
// are refused at.
static_assert(kArchiveRoomEveryBytes + kMaxRecordBytes < kStorageRoomBytes - kStorageFullBytes);

}  // namespace wallet
