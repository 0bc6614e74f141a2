// Sorting millions of entries by key, at some 20 ns each.
#pragma once

#include <cstdint>

#include "engine/index/huge_array.h"
#include "wal/runs/run_entry.h"

namespace wallet {

// A key of the index, and what the writer needs to find its value.
struct SortEntry {
  RunKey key;
  uint64_t value;
};
using SortEntries = HugeArray<SortEntry>;

enum class GroupSpread {
  kAny,      // numbers of any kind: all bits in which they differ are sorted by
  kUniform,  // hashes: the top bits tell nearly all of them apart
};

// Ascending by key; entries of equal keys keep their order. A radix sort by group, whose passes
// read and write memory in long lines; within a group, or among groups alike in their top bits, a
// sort by comparison, which finds nearly all in order.
//
// `other` is of the same capacity; its content is lost, and the two may have changed places in
// memory.
void Sort(SortEntries& entries, SortEntries& other, GroupSpread spread);
// With memory of its own for the time.
void Sort(SortEntries& entries, GroupSpread spread);

}  // namespace wallet
