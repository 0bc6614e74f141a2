// What runs hold: entries, and the names of the things around them.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "wal/base/file_hash.h"
#include "wal/base/strong.h"

namespace wallet {

// Compared as a pair. A filter knows groups; an entry's place within its group is `order`. What
// the two mean is the caller's.
struct RunKey {
  uint64_t group = 0;
  uint64_t order = 0;
  auto operator<=>(const RunKey&) const = default;
};

inline constexpr RunKey kFirstRunKey{0, 0};
inline constexpr RunKey kLastRunKey{UINT64_MAX, UINT64_MAX};
constexpr RunKey FirstOfGroup(uint64_t group) { return {group, 0}; }
constexpr RunKey LastOfGroup(uint64_t group) { return {group, UINT64_MAX}; }

// The value is valid as long as its giver says.
struct RunEntry {
  RunKey key;
  std::string_view value;
};

// Returns false to stop. The entry is valid during the call.
using RunVisitor = absl::FunctionRef<bool(const RunEntry&)>;

// Called about once per 256 KiB; false stops the work, which answers kCancelled.
using RunProgress = absl::FunctionRef<bool(uint64_t done_bytes, uint64_t total_bytes)>;

// A kind of runs with a meaning of its own, by its place in RunSetOptions::families.
using FamilyId = Strong<struct FamilyIdTag, uint32_t>;
// Unique within a set, for ever: a number is not used again.
using RunNumber = Strong<struct RunNumberTag, uint64_t>;

// Of a run file but its footer.
using RunHash = FileDigest;

// What a run says of itself.
struct RunSummary {
  uint64_t entries = 0;
  uint64_t groups = 0;  // distinct ones
  RunKey first, last;   // inclusive
  uint64_t size_bytes = 0;
  RunHash hash{};
  bool operator==(const RunSummary&) const = default;
};

}  // namespace wallet
