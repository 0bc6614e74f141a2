// The bytes of a block: the unit of a run that is read and checked at once. Pure functions; the
// layout is described in wal/runs/FORMAT.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "wal/runs/run_entry.h"

namespace wallet {

// One thread.
class RunBlockBuilder {
 public:
  RunBlockBuilder();

  // False, and nothing done, when the entry belongs into the next block. The key is above the last
  // one added, the value at most kMaxRunValueBytes. An empty block takes any entry.
  bool Add(RunKey key, std::string_view value);

  bool empty() const { return entries_ == 0; }
  RunKey first() const { return first_; }
  size_t size_bytes() const { return size_; }

  // The finished block, checksummed with `seed` (see RunChecksumSeed); valid until Clear.
  std::string_view Seal(uint64_t seed);
  void Clear();

 private:
  char* PutHead(char* out, RunKey key, size_t value_size) const;

  // Room for the largest block, so that entries are put in place without asking for it.
  const std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
  uint64_t entries_ = 0;
  RunKey first_, last_;
};

// The entries of one block at a time. One thread.
class RunBlock {
 public:
  // What is wrong with the bytes, and no entries; empty if they are a block of this seed. The
  // values point into `bytes`, which outlive their use.
  std::string_view Decode(std::string_view bytes, uint64_t seed);

  size_t size() const { return entries_.size(); }
  const RunEntry& operator[](size_t i) const { return entries_[i]; }
  // The first entry at or above `key`; size() if there is none.
  size_t LowerBound(RunKey key) const;
  // The number of entries at or below `key`.
  size_t UpperBound(RunKey key) const;

 private:
  std::string_view DecodeEntries(std::string_view contents);

  std::vector<RunEntry> entries_;  // strictly ascending; never empty after a good Decode
};

}  // namespace wallet
