#include "engine/ledger/ref_table.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <utility>

#include "wal/base/check.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

// How full a part may become, in fifteenths of its capacity: probing stays short below four
// fifths. Parts fill at the same pace: each has a bound of its own, from two thirds of that on, so
// that they grow one after the other.
uint32_t BoundOf(uint32_t capacity, int depth, uint32_t first_bits) {
  constexpr uint64_t kLeast = 8, kMost = 12, kOf = 15;
  const uint64_t random = Mix64(uint64_t{first_bits} << 8 | static_cast<uint64_t>(depth)) >> 48;
  return static_cast<uint32_t>(capacity * ((kLeast << 16) + (kMost - kLeast) * random) /
                               (kOf << 16));
}

}  // namespace

RefTable::~RefTable() {
  if (reserve_ == nullptr) return;
  for (HugeMemory& page : pages_) reserve_->GiveBack(std::move(page));
}

void RefTable::Part::Add(Entry entry) {
  uint32_t at = Home(entry.tag);
  for (uint32_t distance = 0; entries[at].number != 0; ++distance, at = Next(at)) {
    const uint32_t its_distance = DistanceOf(at);
    if (its_distance >= distance) continue;
    std::swap(entry, entries[at]);
    distance = its_distance;
  }
  entries[at] = entry;
  ++size;
}

void RefTable::Add(uint64_t hash, uint32_t number) {
  WALLET_CHECK(number != 0);
  const uint32_t tag = Tag(hash);
  if (const Part& part = parts_[PartOf(tag)]; part.size >= part.most) Grow(tag);
  parts_[PartOf(tag)].Add({tag, number});
}

RefTable::Part RefTable::NewPart(uint32_t capacity, int depth, uint32_t first_bits) {
  Part part{.capacity = capacity,
            .most = BoundOf(capacity, depth, first_bits),
            .depth = static_cast<uint8_t>(depth),
            .home_shift = static_cast<uint8_t>(kTagBits - std::countr_zero(capacity))};
  if (capacity == kSplitCapacity) {
    part.entries = TakeFromPage();
  } else {
    part.own = AllocateAligned(kLeastCapacity * sizeof(Entry), capacity * sizeof(Entry));
    part.entries = reinterpret_cast<Entry*>(part.own.get());
  }
  std::uninitialized_value_construct_n(part.entries, capacity);
  return part;
}

RefTable::Entry* RefTable::TakeFromPage() {
  if (free_.empty()) {
    pages_.push_back(reserve_ ? reserve_->Take() : AllocateHuge(kHugePageBytes));
    auto* const page = reinterpret_cast<Entry*>(pages_.back().get());
    for (uint32_t at = 0; at < kPageCapacity; at += kSplitCapacity) free_.push_back(page + at);
  }
  Entry* const taken = free_.back();
  free_.pop_back();
  return taken;
}

void RefTable::Replace(Part& other, Part part) {
  if (other.capacity == kSplitCapacity) free_.push_back(other.entries);
  other = std::move(part);
}

void RefTable::Grow(uint32_t tag) {
  const uint32_t number = PartOf(tag);
  const Part& part = parts_[number];
  const uint32_t first_bits = FirstBits(tag, part.depth);
  if (part.capacity < kSplitCapacity || part.depth == kMostDepth) return Double(number, first_bits);
  Split(number, first_bits);
}

void RefTable::Double(uint32_t number, uint32_t first_bits) {
  Part& part = parts_[number];
  Part grown = NewPart(std::max(kLeastCapacity, 2 * part.capacity), part.depth, first_bits);
  for (uint32_t i = 0; i < part.capacity; ++i) {
    if (part.entries[i].number != 0) grown.Add(part.entries[i]);
  }
  Replace(part, std::move(grown));
}

void RefTable::Split(uint32_t number, uint32_t first_bits) {
  Part& part = parts_[number];
  const int depth = part.depth + 1;
  Part low = NewPart(part.capacity, depth, 2 * first_bits);
  Part high = NewPart(part.capacity, depth, 2 * first_bits + 1);
  for (uint32_t i = 0; i < part.capacity; ++i) {
    const Entry entry = part.entries[i];
    if (entry.number != 0) (FirstBits(entry.tag, depth) & 1 ? high : low).Add(entry);
  }
  Replace(part, std::move(low));
  parts_.push_back(std::move(high));
  if (depth > depth_) {
    std::vector<uint32_t> twice;
    for (const uint32_t each : directory_) twice.insert(twice.end(), 2, each);
    directory_ = std::move(twice);
    depth_ = depth;
  }
  const size_t places = size_t{1} << (depth_ - depth);
  std::fill_n(directory_.begin() + static_cast<ptrdiff_t>((2 * first_bits + 1) * places), places,
              static_cast<uint32_t>(parts_.size() - 1));
}

size_t RefTable::size() const {
  size_t size = 0;
  for (const Part& part : parts_) size += part.size;
  return size;
}

}  // namespace wallet
