// Bytes that are written once and stay where they are.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "wal/base/check.h"

namespace wallet {

// Each Store costs a copy and, once a chunk, an allocation; nothing is freed before the arena.
class ByteArena {
 public:
  static constexpr size_t kChunkBytes = 1 << 20;

  // At most kChunkBytes; the address is good for the arena's life.
  const char* Store(std::string_view bytes) {
    WALLET_CHECK(bytes.size() <= kChunkBytes);
    if (bytes.size() > kChunkBytes - used_ || chunks_.empty()) AddChunk();
    char* place = chunks_.back().get() + used_;
    std::memcpy(place, bytes.data(), bytes.size());
    used_ += bytes.size();
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
