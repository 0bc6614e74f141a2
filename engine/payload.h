// The payload of a log record: the segments that shards filled since the record before.
//
//   u8 version (1), then segments until the end:
//   varint size of the events in bytes, varint their count, i64 base instant (µs), the events
//
// Events: engine/ledger/EVENTS.md; their stamps are differences to the segment's base.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "engine/ledger/event.h"
#include "wal/log.h"

namespace wallet {

inline constexpr uint8_t kPayloadVersion = 1;
inline constexpr std::string_view kPayloadStart{"\x01", 1};
// More than a segment's head ever takes.
inline constexpr size_t kMaxSegmentHeadBytes = 32;

// What stands before the events of a segment.
std::string SegmentHead(size_t event_bytes, uint32_t count, Instant base);

// Visits the record's events in order. kDataLoss names the position at which they can't be read;
// kUnimplemented: a newer program wrote them, both versions are named.
absl::Status ReadPayload(const RecordView& record,
                         absl::FunctionRef<void(const Event&, const EncodedEvent&)> visit);

}  // namespace wallet
