#include "engine/index/sort_entries.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace wallet {
namespace {

// 2,048 places to write to at once: their lines fit the cache nearest but one.
constexpr int kDigitBits = 11;
constexpr size_t kDigits = size_t{1} << kDigitBits;
// Of uniform groups, two passes leave about one entry to each of 4M prefixes.
constexpr int kUniformBits = 2 * kDigitBits;
// Longer stretches are not sorted by insertion.
constexpr ptrdiff_t kShort = 32;

struct Digit {
  int shift;
  int bits;
  size_t Of(const SortEntry& entry) const {
    return entry.key.group >> shift & ((size_t{1} << bits) - 1);
  }
};

// The bits in which any two groups differ.
uint64_t Differences(const SortEntries& entries) {
  uint64_t differences = 0;
  for (const SortEntry& entry : entries) differences |= entry.key.group ^ entries[0].key.group;
  return differences;
}

// Stable.
void Distribute(const SortEntries& from, Digit digit, SortEntries& to) {
  std::array<uint32_t, kDigits> places{};
  for (const SortEntry& entry : from) ++places[digit.Of(entry)];
  uint32_t before = 0;
  for (uint32_t& place : places) before += std::exchange(place, before);
  for (const SortEntry& entry : from) to[places[digit.Of(entry)]++] = entry;
}

// Sorts by the bits of the groups from `low` on.
void RadixSort(SortEntries& entries, SortEntries& other, int low, uint64_t differences) {
  const int width = 64 - std::countl_zero(differences) - low;
  if (width <= 0) return;
  const int passes = (width + kDigitBits - 1) / kDigitBits;
  const int bits = (width + passes - 1) / passes;
  other.SetSize(entries.size());
  for (int shift = low; shift < low + width; shift += bits) {
    const Digit digit{shift, std::min(bits, 64 - shift)};
    if ((differences >> shift & ((uint64_t{1} << digit.bits) - 1)) == 0) continue;
    Distribute(entries, digit, other);
    std::swap(entries, other);
  }
}

bool Before(const SortEntry& a, const SortEntry& b) { return a.key < b.key; }

// Stable. Few entries, mostly in order.
void InsertionSort(SortEntry* begin, SortEntry* end) {
  for (SortEntry* next = begin + 1; next < end; ++next) {
    const SortEntry entry = *next;
    SortEntry* hole = next;
    for (; hole > begin && Before(entry, hole[-1]); --hole) *hole = hole[-1];
    *hole = entry;
  }
}

// Sorts each stretch of entries whose groups are alike from bit `low` on.
void Finish(SortEntries& entries, int low) {
  for (SortEntry* begin = entries.begin(); begin != entries.end();) {
    SortEntry* end = begin + 1;
    while (end != entries.end() && end->key.group >> low == begin->key.group >> low) ++end;
    if (end - begin <= kShort) {
      InsertionSort(begin, end);
    } else if (!std::is_sorted(begin, end, Before)) {
      std::stable_sort(begin, end, Before);
    }
    begin = end;
  }
}

}  // namespace

void Sort(SortEntries& entries, SortEntries& other, GroupSpread spread) {
  if (entries.size() < 2) return;
  WALLET_CHECK(entries.size() <= UINT32_MAX);
  const uint64_t differences = Differences(entries);
  const int low = spread == GroupSpread::kUniform ? 64 - kUniformBits
                  : differences == 0              ? 0
                                                  : std::countr_zero(differences);
  RadixSort(entries, other, low, differences);
  Finish(entries, low);
}

void Sort(SortEntries& entries, GroupSpread spread) {
  SortEntries other(entries.size());
  Sort(entries, other, spread);
}

}  // namespace wallet
