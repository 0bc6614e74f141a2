// Rows of bytes that are written once and stay where they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "wal/base/check.h"
#include "wal/base/huge_pages.h"
#include "wal/base/huge_reserve.h"

namespace wallet {

// A row is known by a 32-bit reference, ≥ 1, good for the arena's life; together they take at most
// 32 GiB. An allocation costs nothing but, once a chunk, a chunk; nothing is freed before the
// arena.
class RowArena {
 public:
  RowArena() = default;
  RowArena(const RowArena&) = delete;
  ~RowArena() {
    if (reserve_ == nullptr) return;
    for (HugeMemory& chunk : chunks_) reserve_->GiveBack(std::move(chunk));
  }

  // Chunks come from there from now on, and in the end all are given back to it; it outlives the
  // arena.
  void UseReserve(HugeReserve& reserve) { reserve_ = &reserve; }

  // Aligned to kUnit, at most kChunkBytes; not initialised.
  uint32_t Allocate(size_t bytes) {
    const uint32_t units = UnitsOf(bytes);
    WALLET_CHECK(units <= kChunkUnits);
    if (kChunkUnits - used_ < units || chunks_.empty()) AddChunk();
    const uint32_t ref = static_cast<uint32_t>(chunks_.size() - 1) << kChunkBits | used_;
    used_ += units;
    return ref;
  }

  // Visits every row in the order of allocation: visit(ref, place) returns how many bytes the row
  // was allocated with.
  template <class Visit>
  void ForEach(Visit visit) const {
    for (size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
      const uint32_t end = chunk < ends_.size() ? ends_[chunk] : used_;
      for (uint32_t at = chunk == 0 ? 1 : 0; at < end;) {
        const uint32_t ref = static_cast<uint32_t>(chunk) << kChunkBits | at;
        at += UnitsOf(visit(ref, At(ref)));
      }
    }
  }

  char* At(uint32_t ref) const {
    return chunks_[ref >> kChunkBits].get() + size_t{ref & (kChunkUnits - 1)} * kUnit;
  }

 private:
  static constexpr size_t kUnit = 8;
  static constexpr int kChunkBits = 18;
  static constexpr uint32_t kChunkUnits = uint32_t{1} << kChunkBits;
  static constexpr size_t kChunkBytes = kChunkUnits * kUnit;
  static_assert(kChunkBytes == kHugePageBytes);

  static uint32_t UnitsOf(size_t bytes) {
    return static_cast<uint32_t>((bytes + kUnit - 1) / kUnit);
  }

  void AddChunk() {
    WALLET_CHECK(chunks_.size() < size_t{1} << (32 - kChunkBits));
    if (!chunks_.empty()) ends_.push_back(used_);
    used_ = chunks_.empty() ? 1 : 0;  // no row is called 0
    chunks_.push_back(reserve_ ? reserve_->Take() : AllocateHuge(kChunkBytes));
  }

  HugeReserve* reserve_ = nullptr;
  std::vector<HugeMemory> chunks_;
  std::vector<uint32_t> ends_;  // of all chunks but the last: how many units are used
  uint32_t used_ = 0;           // units of the last chunk
};

}  // namespace wallet
