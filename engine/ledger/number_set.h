// A set of small numbers that is empty at no cost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "wal/base/huge_pages.h"
#include "wal/base/huge_reserve.h"

namespace wallet {

// A bit for each number below a bound; bits get their memory, 16 KiB at a time, when the first of
// them is set. One thread.
class NumberSet {
 public:
  // For numbers ≤ `most`. Memory comes from `reserve`, which outlives the set, where it is not
  // null: numbers from anywhere want all of it within moments.
  explicit NumberSet(uint32_t most, HugeReserve* reserve = nullptr)
      : reserve_(reserve), parts_((most >> kPartBits) + 1) {}
  NumberSet(const NumberSet&) = delete;
  ~NumberSet() {
    if (reserve_ == nullptr) return;
    for (HugeMemory& page : memory_) reserve_->GiveBack(std::move(page));
  }

  bool Has(uint32_t number) const {
    const uint64_t* part = parts_[number >> kPartBits];
    return part && (part[Word(number)] & Bit(number));
  }
  void Add(uint32_t number) {
    uint64_t*& part = parts_[number >> kPartBits];
    if (!part) part = NewPart();
    part[Word(number)] |= Bit(number);
  }

 private:
  static constexpr int kPartBits = 17;
  static constexpr size_t kPartBytes = (size_t{1} << kPartBits) / 8;
  static constexpr size_t kPartsAPage = kHugePageBytes / kPartBytes;

  static size_t Word(uint32_t number) { return (number & ((uint32_t{1} << kPartBits) - 1)) / 64; }
  static uint64_t Bit(uint32_t number) { return uint64_t{1} << number % 64; }

  uint64_t* NewPart() {
    char* const part = reserve_ ? TakeFromPage() : TakeAlone();
    std::memset(part, 0, kPartBytes);
    return reinterpret_cast<uint64_t*>(part);
  }
  char* TakeFromPage() {
    if (taken_++ % kPartsAPage == 0) memory_.push_back(reserve_->Take());
    return memory_.back().get() + (taken_ - 1) % kPartsAPage * kPartBytes;
  }
  char* TakeAlone() {
    return memory_.emplace_back(AllocateAligned(sizeof(uint64_t), kPartBytes)).get();
  }

  HugeReserve* const reserve_;
  std::vector<uint64_t*> parts_;
  std::vector<HugeMemory> memory_;
  size_t taken_ = 0;  // parts of memory_'s pages
};

}  // namespace wallet
