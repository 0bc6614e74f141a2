// Where the blocks of a run are, and which keys they begin with. In memory, 20 bytes a block.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wal/runs/run_entry.h"

namespace wallet {

// Built by one thread, then read by any.
class BlockIndex {
 public:
  // The first block begins at `begin`; each next one follows the one before without a gap.
  explicit BlockIndex(uint64_t begin) : end_(begin) {}

  // First keys ascend strictly; a size is 1 … kMaxRunBlockBytes.
  void Add(RunKey first, uint32_t size_bytes);

  size_t blocks() const { return firsts_.size(); }
  RunKey first(size_t block) const { return firsts_[block]; }
  uint64_t offset(size_t block) const { return bases_[block / kStride] + offsets_[block]; }
  uint64_t size_bytes(size_t block) const {
    return (block + 1 < blocks() ? offset(block + 1) : end_) - offset(block);
  }
  // Where the last block ends.
  uint64_t end() const { return end_; }

  // The block that holds `key` if any does: the last one that begins at or before it, or the first.
  size_t Find(RunKey key) const;

  // Delta-packed; wal/runs/FORMAT.md. nullopt: these are not the bytes of an index.
  std::string Encode() const;
  static std::optional<BlockIndex> Decode(std::string_view bytes, uint64_t begin);

  size_t memory_bytes() const;

 private:
  // So many blocks share a base, from which 32 bits reach every one of them.
  static constexpr size_t kStride = 256;

  std::vector<RunKey> firsts_;
  std::vector<uint32_t> offsets_;  // from the stride's base
  std::vector<uint64_t> bases_;
  uint64_t end_;
};

}  // namespace wallet
