#include "wal/archive/segment_name.h"

#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "wal/base/absl_view.h"
#include "wal/base/publish.h"

namespace wallet {
namespace {

constexpr std::string_view kPrefix = "segment-";
constexpr size_t kDigits = 20;

// As many digits as the largest position has.
std::string Digits(Position position) {
  return absl::StrCat(absl::Dec(position.value(), absl::kZeroPad20));
}

std::optional<Position> ParseDigits(std::string_view text) {
  uint64_t value = 0;
  if (text.size() != kDigits || text.find_first_not_of("0123456789") != text.npos ||
      !absl::SimpleAtoi(ToAbsl(text), &value)) {
    return std::nullopt;
  }
  return Position(value);
}

}  // namespace

std::string SegmentName(const PositionRange& range) {
  return absl::StrCat(ToAbsl(kPrefix), Digits(range.first), "-", Digits(range.last));
}

std::optional<PositionRange> ParseSegmentName(std::string_view name) {
  if (name.size() != kPrefix.size() + kDigits + 1 + kDigits || !name.starts_with(kPrefix) ||
      name[kPrefix.size() + kDigits] != '-') {
    return std::nullopt;
  }
  const auto first = ParseDigits(name.substr(kPrefix.size(), kDigits));
  const auto last = ParseDigits(name.substr(name.size() - kDigits));
  if (!first || !last || *first == Position(0) || *last < *first) return std::nullopt;
  return PositionRange{*first, *last};
}

std::string UnfinishedSegmentName(Position first) {
  return absl::StrCat(ToAbsl(kPrefix), Digits(first), kTemporarySuffix);
}

bool IsUnfinishedSegmentName(std::string_view name) {
  if (!name.starts_with(kPrefix) || !name.ends_with(kTemporarySuffix)) return false;
  name.remove_prefix(kPrefix.size());
  name.remove_suffix(std::string_view(kTemporarySuffix).size());
  return ParseDigits(name).has_value();
}

std::string ToText(const PositionRange& range) {
  return absl::StrCat("positions ", range.first.value(), " … ", range.last.value());
}

}  // namespace wallet
