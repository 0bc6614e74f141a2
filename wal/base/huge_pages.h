// Large blocks of memory that are read all over the place.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace wallet {

struct FreeMemory {
  void operator()(void* memory) const { std::free(memory); }
};
using HugeMemory = std::unique_ptr<char, FreeMemory>;

// `bytes`, a multiple of `alignment`, aligned to it, not initialised. Aborts when there is no
// memory.
HugeMemory AllocateAligned(size_t alignment, size_t bytes);

inline constexpr size_t kHugePageBytes = 2 << 20;

// `bytes`, a multiple of kHugePageBytes, aligned to it, not initialised; in huge pages where the
// system gives them (transparent_hugepage `always` or `madvise`): a random read then misses the
// cache, but not the address translation as well. Aborts when there is no memory.
HugeMemory AllocateHuge(size_t bytes);

}  // namespace wallet
