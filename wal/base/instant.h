// Points in time as exact integers, and their text form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wal/base/strong.h"

namespace wallet {

// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
using Instant = Strong<struct InstantTag, int64_t>;

inline constexpr int64_t kMicrosPerSecond = 1'000'000;

// The range that requests may name: years 1970 … 9999.
inline constexpr Instant kMinInstant{0};
inline constexpr Instant kMaxInstant{253'402'300'799'999'999};

// Parses RFC 3339: `2024-01-15T12:00:00Z`, an offset instead of `Z`, at most 6 fractional digits,
// within kMinInstant … kMaxInstant. `T` and `Z` may be lower case, as RFC 3339 §5.6 says. A leap
// second (`:60`) is refused: it has no POSIX instant of its own. nullopt for anything else; a value
// is never rounded.
std::optional<Instant> ParseRfc3339(std::string_view text);

// UTC with `Z`; the fraction (6 digits) only when it is not zero. `instant` must be in the range.
std::string FormatRfc3339(Instant instant);

}  // namespace wallet
