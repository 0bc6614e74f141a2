// The names of the archive's files. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wal/base/position.h"

namespace wallet {

// The events first … last, both included; first ≥ 1.
struct PositionRange {
  Position first;
  Position last;
  bool operator==(const PositionRange&) const = default;
};

// "segment-<first>-<last>", 20 decimal digits each: in the order of names is in the order of
// positions.
std::string SegmentName(const PositionRange& range);
// None: the name of no finished segment.
std::optional<PositionRange> ParseSegmentName(std::string_view name);

// Of a segment that is being written, and of which only the beginning is known.
std::string UnfinishedSegmentName(Position first);
bool IsUnfinishedSegmentName(std::string_view name);

// "positions A … B", for messages.
std::string ToText(const PositionRange& range);

}  // namespace wallet
