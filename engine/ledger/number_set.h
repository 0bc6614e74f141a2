// A set of small numbers that is empty at no cost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace wallet {

// A bit for each number below a bound; bits get their memory, 16 KiB at a time, when the first of
// them is set.
class NumberSet {
 public:
  // For numbers ≤ `most`.
  explicit NumberSet(uint32_t most) : parts_((most >> kPartBits) + 1) {}

  bool Has(uint32_t number) const {
    const uint64_t* part = parts_[number >> kPartBits].get();
    return part && (part[Word(number)] & Bit(number));
  }
  void Add(uint32_t number) {
    auto& part = parts_[number >> kPartBits];
    if (!part) part = std::make_unique<uint64_t[]>((uint32_t{1} << kPartBits) / 64);
    part[Word(number)] |= Bit(number);
  }

 private:
  static constexpr int kPartBits = 17;

  static size_t Word(uint32_t number) { return (number & ((uint32_t{1} << kPartBits) - 1)) / 64; }
  static uint64_t Bit(uint32_t number) { return uint64_t{1} << number % 64; }

  std::vector<std::unique_ptr<uint64_t[]>> parts_;
};

}  // namespace wallet
