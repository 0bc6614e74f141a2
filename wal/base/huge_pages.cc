#include "wal/base/huge_pages.h"

#include <sys/mman.h>

#include "wal/base/check.h"

namespace wallet {

HugeMemory AllocateAligned(size_t alignment, size_t bytes) {
  WALLET_CHECK(bytes > 0 && bytes % alignment == 0);
  HugeMemory memory(static_cast<char*>(std::aligned_alloc(alignment, bytes)));
  WALLET_CHECK_NOTE(memory != nullptr, "out of memory");
  return memory;
}

HugeMemory AllocateHuge(size_t bytes) {
  HugeMemory memory = AllocateAligned(kHugePageBytes, bytes);
  madvise(memory.get(), bytes, MADV_HUGEPAGE);  // a wish: it may be refused
  return memory;
}

}  // namespace wallet
