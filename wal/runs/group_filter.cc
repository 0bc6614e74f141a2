#include "wal/runs/group_filter.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "wal/base/check.h"
#include "wal/base/hash.h"
#include "wal/base/prefetch.h"

namespace wallet {
namespace {

// A line per 14.5 groups.
constexpr uint64_t kGroupsPerTwoLines = 29;
constexpr uint8_t kUsedMask = 0x1f;

// Of many groups that are asked for, the lines of so many are on their way from memory at a time.
// They are too many for the nearest cache, and prefetching past it takes fewer of what the
// processor can wait for at once.
constexpr size_t kOnTheirWay = 256;

}  // namespace

// A question reads a line anywhere: in huge pages it waits for that alone.
GroupFilter::GroupFilter(size_t lines) {
  const size_t bytes = lines * sizeof(Line);
  if (bytes < kHugePageBytes) {
    memory_.reset(static_cast<char*>(std::aligned_alloc(alignof(Line), bytes)));
    WALLET_CHECK(memory_ != nullptr);
  } else {
    memory_ = AllocateHuge((bytes + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes);
  }
  std::memset(memory_.get(), 0, bytes);
  lines_ = {reinterpret_cast<Line*>(memory_.get()), lines};
}

uint64_t GroupFilter::Hash(uint64_t group) { return Mix64(group); }

// The high bits choose the line, the low 24 are the fingerprint: independent of each other.
size_t GroupFilter::LineOf(uint64_t hash) const {
  return static_cast<size_t>((static_cast<unsigned __int128>(hash) * lines_.size()) >> 64);
}

void GroupFilter::Add(uint64_t hash) {
  size_t at = LineOf(hash);
  while ((lines_[at].used & kUsedMask) == kSlots) {
    lines_[at].used |= kOverflowed;
    at = Following(at);
  }
  Line& line = lines_[at];
  const size_t slot = line.used & kUsedMask;
  line.low[slot] = static_cast<uint16_t>(hash);
  line.high[slot] = static_cast<uint8_t>(hash >> 16);
  ++line.used;
}

// Whether any of the line's first 24 lanes of 16 bits is `low`: all those of low[], and three of
// what follows, which may say a wrong yes.
[[gnu::always_inline]] inline bool GroupFilter::MayHaveLow(const Line& line, uint16_t low) {
  using Lanes = uint16_t __attribute__((vector_size(16)));
  static_assert(kSlots <= 24);
  Lanes lanes[3];
  std::memcpy(lanes, &line, sizeof(lanes));
  const Lanes wanted = Lanes{} + low;
  const auto hits = (lanes[0] == wanted) | (lanes[1] == wanted) | (lanes[2] == wanted);
  using Halves = uint64_t __attribute__((vector_size(16)));
  const auto halves = reinterpret_cast<Halves>(hits);
  return (halves[0] | halves[1]) != 0;
}

bool GroupFilter::HasFingerprint(const Line& line, uint64_t hash) {
  return MayHaveLow(line, static_cast<uint16_t>(hash)) && Matches(line, hash);
}

bool GroupFilter::Matches(const Line& line, uint64_t hash) {
  const auto low = static_cast<uint16_t>(hash);
  const auto high = static_cast<uint8_t>(hash >> 16);
  const size_t used = std::min<size_t>(line.used & kUsedMask, kSlots);
  for (size_t i = 0; i < used; ++i) {
    if (line.low[i] == low && line.high[i] == high) return true;
  }
  return false;
}

bool GroupFilter::MayContain(uint64_t group) const { return MayContainHash(Hash(group)); }

void GroupFilter::MayContain(std::span<const uint64_t> groups, std::span<bool> may) const {
  std::array<uint64_t, kOnTheirWay> hashes;
  for (size_t asked = 0, looked = 0; looked < groups.size();) {
    for (; asked < std::min(looked + kOnTheirWay, groups.size()); ++asked) {
      const uint64_t hash = Hash(groups[asked]);
      hashes[asked % kOnTheirWay] = hash;
      PrefetchToSecondCache(&lines_[LineOf(hash)]);
    }
    const size_t end = std::min(looked + kOnTheirWay / 2, groups.size());
    for (; looked < end; ++looked) {
      const uint64_t hash = hashes[looked % kOnTheirWay];
      const Line& line = lines_[LineOf(hash)];
      if (!MayHaveLow(line, static_cast<uint16_t>(hash)) && !(line.used & kOverflowed)) [[likely]]
        continue;
      if (MayContainHash(hash)) may[looked] = true;
    }
  }
}

bool GroupFilter::MayContainHash(uint64_t hash) const {
  size_t at = LineOf(hash);
  // Were all lines flagged, which only damage could do, it still ends.
  for (size_t looked = 0; looked < lines_.size(); ++looked) {
    if (HasFingerprint(lines_[at], hash)) return true;
    if ((lines_[at].used & kOverflowed) == 0) return false;
    at = Following(at);
  }
  return true;
}

std::span<const char> GroupFilter::bytes() const {
  return {reinterpret_cast<const char*>(lines_.data()), lines_.size() * sizeof(Line)};
}

std::optional<GroupFilter> GroupFilter::ToLoad(uint64_t size_bytes) {
  if (size_bytes == 0 || size_bytes % sizeof(Line) != 0) return std::nullopt;
  return GroupFilter(size_bytes / sizeof(Line));
}

std::span<char> GroupFilter::buffer() {
  return {reinterpret_cast<char*>(lines_.data()), lines_.size() * sizeof(Line)};
}

GroupFilterBuilder::GroupFilterBuilder(uint64_t max_groups)
    : filter_(max_groups / kGroupsPerTwoLines * 2 + 2), room_(max_groups) {}

void GroupFilterBuilder::Add(uint64_t group) {
  WALLET_CHECK_NOTE(room_ > 0, "more groups than the filter was made for");
  --room_;
  const uint64_t hash = GroupFilter::Hash(group);
  Prefetch(&filter_.lines_[filter_.LineOf(hash)]);
  pending_[pending_count_++] = hash;
  if (pending_count_ == pending_.size()) AddPending();
}

void GroupFilterBuilder::AddPending() {
  for (size_t i = 0; i < pending_count_; ++i) filter_.Add(pending_[i]);
  pending_count_ = 0;
}

GroupFilter GroupFilterBuilder::Finish() {
  AddPending();
  return std::move(filter_);
}

}  // namespace wallet
