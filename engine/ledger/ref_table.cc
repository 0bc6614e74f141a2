#include "engine/ledger/ref_table.h"

#include <algorithm>
#include <utility>

#include "wal/base/check.h"

namespace wallet {
namespace {

constexpr uint32_t kLeastCapacity = 8;

}  // namespace

void RefTable::Part::Add(Entry entry) {
  uint32_t at = Home(entry.tag);
  while (entries[at].number != 0) at = Next(at);
  entries[at] = entry;
  ++size;
}

void RefTable::Add(uint64_t hash, uint32_t number) {
  WALLET_CHECK(number != 0);
  const size_t part = hash >> (64 - kPartBits);
  if (parts_[part].size >= parts_[part].most) Grow(part);
  parts_[part].Add({Tag(hash), number});
}

void RefTable::Grow(size_t index) {
  Part& part = parts_[index];
  Part grown;
  grown.capacity = std::max(kLeastCapacity, part.capacity / 2 * 3);
  grown.entries = std::make_unique<Entry[]>(grown.capacity);
  // Probing stays short below four fifths. Parts fill at the same pace: each has a bound of its
  // own, from two thirds of that on, so that they grow one after the other.
  grown.most =
      static_cast<uint32_t>(uint64_t{grown.capacity} * 4 * (2 * kParts + index) / (15 * kParts));
  for (uint32_t i = 0; i < part.capacity; ++i) {
    if (part.entries[i].number != 0) grown.Add(part.entries[i]);
  }
  part = std::move(grown);
}

size_t RefTable::size() const {
  size_t size = 0;
  for (const Part& part : parts_) size += part.size;
  return size;
}

}  // namespace wallet
