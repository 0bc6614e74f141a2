// Bytes that are written once and stay where they are.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "wal/base/check.h"

namespace wallet {

// Costs an allocation once a chunk; nothing is freed before the arena.
class ByteArena {
 public:
  static constexpr size_t kChunkBytes = 1 << 20;

  // `size` unaligned bytes, at most kChunkBytes; the address is good for the arena's life.
  char* Allocate(size_t size) {
    WALLET_CHECK(size <= kChunkBytes);
    if (size > kChunkBytes - used_ || chunks_.empty()) AddChunk();
    char* place = chunks_.back().get() + used_;
    used_ += size;
    return place;
  }

 private:
  void AddChunk() {
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(kChunkBytes));
    used_ = 0;
  }

  std::vector<std::unique_ptr<char[]>> chunks_;
  size_t used_ = 0;  // of the last chunk
};

}  // namespace wallet
