// The bounds of the write-ahead log.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wallet {

// A whole record, header included. A synced write of this size costs some 3 ms and reaches the
// disk's full rate; larger ones would only add latency.
inline constexpr size_t kMaxRecordBytes = 1 << 20;

// What the log adds to a record's payload; see wal/FORMAT.md.
inline constexpr size_t kRecordHeaderBytes = 64;

inline constexpr size_t kMaxPayloadBytes = kMaxRecordBytes - kRecordHeaderBytes;
inline constexpr uint32_t kMaxEventsPerRecord = 1 << 20;

// Below this much free disk clients' writes are refused; above the higher one they are taken again.
inline constexpr uint64_t kStorageFullBytes = uint64_t{256} << 20;
inline constexpr uint64_t kStorageRoomBytes = uint64_t{320} << 20;

// Kept allocated, and given up when the disk is so full that the log could not be opened or a
// bank's outcome not be recorded.
inline constexpr uint64_t kReserveBytes = uint64_t{64} << 20;

static_assert(kRecordHeaderBytes < kMaxRecordBytes);
static_assert(kStorageFullBytes < kStorageRoomBytes);
static_assert(kReserveBytes < kStorageFullBytes);

}  // namespace wallet
