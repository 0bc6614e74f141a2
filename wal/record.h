// The bytes of a log record. Pure functions; the layout is described in wal/FORMAT.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "wal/base/hash.h"
#include "wal/base/position.h"
#include "wal/log.h"

namespace wallet {

inline constexpr uint8_t kRecordVersion = 1;

// The hash that the first record of a log carries: of a seed that no other log has, so that records
// of two logs can't be mixed.
Sha256 GenesisHash(std::string_view chain_seed);

// A whole record. `hash` becomes the record's own, for the next one to carry.
std::string EncodeRecord(Position first, uint32_t count, const Sha256& previous,
                         std::span<const std::string_view> parts, Sha256* hash);

// Checks everything a record says of itself, and that it carries `previous` and starts at `first`;
// the view's payload points into `bytes`. kDataLoss says what does not fit; kUnimplemented: a newer
// program wrote it, both versions are named.
absl::StatusOr<RecordView> DecodeRecord(std::string_view bytes, Position first,
                                        const Sha256& previous);

// The position that the record says it starts at, and the hash of the record before, unchecked: for
// the first record that is kept after a trim. kDataLoss when it is too short.
struct RecordLink {
  Position first;
  Sha256 previous{};
};
absl::StatusOr<RecordLink> LinkOf(std::string_view bytes);

}  // namespace wallet
