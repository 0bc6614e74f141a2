// A hash index: from the hash of something to its number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "wal/base/prefetch.h"

namespace wallet {

// Knows hashes and numbers; whether a number is the one meant, the caller sees where the thing
// itself lies. 8 bytes an entry, open addressing, cut into parts that grow one after the other, so
// that no growth takes long; entries never leave. One thread.
class RefTable {
 public:
  RefTable() : parts_(kParts) {}

  // The number, ≥ 1, with this hash for which `is_it(number)` holds; 0 when there is none.
  template <class IsIt>
  uint32_t Find(uint64_t hash, IsIt is_it) const {
    const Entry* entry = FindEntry(hash, is_it);
    return entry ? entry->number : 0;
  }

  // Adds a number that Find does not find.
  void Add(uint64_t hash, uint32_t number);

  // Puts `number` in the place of the one for which `is_it` holds; 0 and nothing when there is
  // none, otherwise the one that was there.
  template <class IsIt>
  uint32_t Replace(uint64_t hash, IsIt is_it, uint32_t number) {
    Entry* entry = const_cast<Entry*>(FindEntry(hash, is_it));
    if (entry == nullptr) return 0;
    const uint32_t replaced = entry->number;
    entry->number = number;
    return replaced;
  }

  // Brings the place where Find begins closer to the processor; a hint.
  void Prefetch(uint64_t hash) const {
    const Part& part = PartOf(hash);
    if (part.entries) wallet::Prefetch(&part.entries[part.Home(Tag(hash))]);
  }
  // The number that Find will most likely try first; 0 for none.
  uint32_t Guess(uint64_t hash) const {
    return Find(hash, [](uint32_t) { return true; });
  }

  size_t size() const;

 private:
  static constexpr int kPartBits = 8;
  static constexpr size_t kParts = size_t{1} << kPartBits;

  struct Entry {
    uint32_t tag = 0;     // bits of the hash; they order the entries of a part
    uint32_t number = 0;  // 0: free
  };
  struct Part {
    std::unique_ptr<Entry[]> entries;
    uint32_t capacity = 0;
    uint32_t size = 0;
    uint32_t most = 0;  // it grows beyond

    // Rises with the tag: so a larger copy is filled from one end to the other.
    uint32_t Home(uint32_t tag) const {
      return static_cast<uint32_t>(uint64_t{tag} * capacity >> 32);
    }
    uint32_t Next(uint32_t place) const { return place + 1 == capacity ? 0 : place + 1; }
    void Add(Entry entry);
  };

  static uint32_t Tag(uint64_t hash) { return static_cast<uint32_t>(hash >> (32 - kPartBits)); }
  const Part& PartOf(uint64_t hash) const { return parts_[hash >> (64 - kPartBits)]; }

  template <class IsIt>
  const Entry* FindEntry(uint64_t hash, IsIt is_it) const {
    const Part& part = PartOf(hash);
    if (part.size == 0) return nullptr;
    const uint32_t tag = Tag(hash);
    for (uint32_t at = part.Home(tag); part.entries[at].number != 0; at = part.Next(at)) {
      const Entry& entry = part.entries[at];
      if (entry.tag == tag && is_it(entry.number)) return &entry;
    }
    return nullptr;
  }
  void Grow(size_t part);

  std::vector<Part> parts_;
};

}  // namespace wallet
