// "Has this run seen the group?", answered from memory: never a false no, a false yes about once in
// a million questions.
//
// Lines of 64 bytes, one cache line each: the hash of a group names a line and gives a 24-bit
// fingerprint; a line holds 21 of them. What does not fit goes into the next line, and the full one
// is flagged. At 14.5 groups a line (4.4 bytes a group) some 2 % of the lines overflow, so that
// nearly every question looks at one line, and about 14.5 fingerprints of 2^24: 0.9 false yes in a
// million.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "wal/base/huge_pages.h"

namespace wallet {

// Any thread.
class GroupFilter {
 public:
  bool MayContain(uint64_t group) const;
  // Sets may[i] where groups[i] may be in, and leaves the others as they are. Many at once cost
  // less than one by one: while it looks at some lines, others are on their way.
  void MayContain(std::span<const uint64_t> groups, std::span<bool> may) const;

  // As stored.
  std::span<const char> bytes() const;
  size_t memory_bytes() const { return bytes().size(); }

  // A filter to be filled with stored bytes, all of buffer(), before its first use; nullopt when
  // no filter has this size.
  static std::optional<GroupFilter> ToLoad(uint64_t size_bytes);
  std::span<char> buffer();

 private:
  static constexpr size_t kSlots = 21;
  static constexpr uint8_t kOverflowed = 0x80;

  // A fingerprint's low 16 bits and high 8 bits, apart: 16-bit lanes compare faster than 24-bit
  // ones.
  struct alignas(64) Line {
    uint16_t low[kSlots];
    uint8_t high[kSlots];
    uint8_t used;  // slots; kOverflowed is or-ed to it
  };
  static_assert(sizeof(Line) == 64);

  friend class GroupFilterBuilder;
  explicit GroupFilter(size_t lines);
  void Add(uint64_t hash);
  bool MayContainHash(uint64_t hash) const;
  static uint64_t Hash(uint64_t group);
  static bool HasFingerprint(const Line& line, uint64_t hash);
  static bool MayHaveLow(const Line& line, uint16_t low);
  static bool Matches(const Line& line, uint64_t hash);
  size_t LineOf(uint64_t hash) const;
  size_t Following(size_t line) const { return line + 1 == lines_.size() ? 0 : line + 1; }

  HugeMemory memory_;
  std::span<Line> lines_;  // of it
};

// One thread.
class GroupFilterBuilder {
 public:
  // Room for up to `max_groups`.
  explicit GroupFilterBuilder(uint64_t max_groups);

  // Each group once; no more of them than there is room for.
  void Add(uint64_t group);
  // Of all that was added. Once; nothing may follow.
  GroupFilter Finish();

 private:
  void AddPending();

  GroupFilter filter_;
  uint64_t room_;
  // Hashes whose lines are on their way from memory: a filter is larger than the caches, and a
  // writer that waited for each line would do little else.
  std::array<uint64_t, 32> pending_;
  size_t pending_count_ = 0;
};

}  // namespace wallet
