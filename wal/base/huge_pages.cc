#include "wal/base/huge_pages.h"

#include <sys/mman.h>

#include "wal/base/check.h"

namespace wallet {

HugeMemory AllocateHuge(size_t bytes) {
  WALLET_CHECK(bytes > 0 && bytes % kHugePageBytes == 0);
  HugeMemory memory(static_cast<char*>(std::aligned_alloc(kHugePageBytes, bytes)));
  WALLET_CHECK_NOTE(memory != nullptr, "out of memory");
  madvise(memory.get(), bytes, MADV_HUGEPAGE);  // a wish: it may be refused
  return memory;
}

}  // namespace wallet
