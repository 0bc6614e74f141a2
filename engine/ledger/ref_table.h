// A hash index: from the hash of something to its number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "wal/base/huge_pages.h"
#include "wal/base/huge_reserve.h"
#include "wal/base/prefetch.h"

namespace wallet {

// Knows hashes and numbers; whether a number is the one meant, the caller sees where the thing
// itself lies. 8 bytes an entry, open addressing; entries never leave. An entry is put before those
// that lie nearer to where they belong ("Robin Hood"): so a search that finds nothing, which for a
// new key is every one, ends as soon as one that finds something. One thread.
//
// Extendible hashing: the first bits of a hash lead through a directory to a part. A part doubles
// until it takes 128 KiB; from then on it is split in two when it is full, so that no growth
// takes longer than such a copy. These lie in huge pages: a lookup anywhere misses the cache once,
// but not the address translation as well.
class RefTable {
 public:
  RefTable() : directory_(1), parts_(1) {}
  RefTable(const RefTable&) = delete;
  ~RefTable();

  // Huge pages come from there from now on, and all are given back to it; it outlives the table.
  void UseReserve(HugeReserve& reserve) { reserve_ = &reserve; }

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
    const Part& part = parts_[PartOf(Tag(hash))];
    if (part.entries) wallet::Prefetch(part.entries + part.Home(Tag(hash)));
  }
  // The number that Find will most likely try first; 0 for none.
  uint32_t Guess(uint64_t hash) const {
    return Find(hash, [](uint32_t) { return true; });
  }

  size_t size() const;

 private:
  static constexpr int kTagBits = 32;

  struct Entry {
    uint32_t tag = 0;     // the first bits of the hash; they order the entries of a part
    uint32_t number = 0;  // 0: free
  };
  static constexpr uint32_t kLeastCapacity = 8;
  static constexpr uint32_t kSplitCapacity = 1 << 14;
  static constexpr uint32_t kPageCapacity = kHugePageBytes / sizeof(Entry);
  static_assert(kPageCapacity % kSplitCapacity == 0);
  // By then there are parts for as many numbers as there can be, and no bits left to order theirs
  // by: what is still full, of equal hashes, doubles again.
  static constexpr int kMostDepth = 16;

  // All entries whose tags begin with the same bits.
  struct Part {
    Entry* entries = nullptr;
    HugeMemory own;         // where these lie, but for those of kSplitCapacity
    uint32_t capacity = 0;  // a power of two
    uint32_t size = 0;
    uint32_t most = 0;       // beyond it, room must be made
    uint8_t depth = 0;       // how many bits its tags begin with
    uint8_t home_shift = 0;  // to as many bits as name a place

    // Rises with the tag: so a larger copy, or two of half, are filled from one end to the other.
    uint32_t Home(uint32_t tag) const { return (tag << depth) >> home_shift; }
    uint32_t Next(uint32_t place) const { return (place + 1) & (capacity - 1); }
    // From where the entry at `place` belongs.
    uint32_t DistanceOf(uint32_t place) const {
      return (place - Home(entries[place].tag)) & (capacity - 1);
    }
    void Add(Entry entry);
  };

  static uint32_t Tag(uint64_t hash) { return static_cast<uint32_t>(hash >> kTagBits); }
  static uint32_t FirstBits(uint32_t tag, int bits) {
    return static_cast<uint32_t>(uint64_t{tag} >> (kTagBits - bits));
  }
  uint32_t PartOf(uint32_t tag) const { return directory_[FirstBits(tag, depth_)]; }

  template <class IsIt>
  const Entry* FindEntry(uint64_t hash, IsIt is_it) const {
    const uint32_t tag = Tag(hash);
    const Part& part = parts_[PartOf(tag)];
    if (part.size == 0) return nullptr;
    uint32_t at = part.Home(tag);
    for (uint32_t distance = 0; part.entries[at].number != 0; ++distance, at = part.Next(at)) {
      const Entry& entry = part.entries[at];
      if (entry.tag == tag && is_it(entry.number)) return &entry;
      if (part.DistanceOf(at) < distance) return nullptr;
    }
    return nullptr;
  }

  Part NewPart(uint32_t capacity, int depth, uint32_t first_bits);
  Entry* TakeFromPage();
  // Makes room in the part that this tag leads to.
  void Grow(uint32_t tag);
  void Double(uint32_t number, uint32_t first_bits);
  void Split(uint32_t number, uint32_t first_bits);
  // Puts `part` in the place of another.
  void Replace(Part& other, Part part);

  HugeReserve* reserve_ = nullptr;
  std::vector<HugeMemory> pages_;
  std::vector<Entry*> free_;         // of pages, room for a part each
  std::vector<uint32_t> directory_;  // of parts by the first `depth_` bits
  int depth_ = 0;
  std::vector<Part> parts_;
};

}  // namespace wallet
