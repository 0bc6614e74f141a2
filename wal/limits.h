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

static_assert(kRecordHeaderBytes < kMaxRecordBytes);

}  // namespace wallet
