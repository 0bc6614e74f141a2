// A big hash set cut into small ones, so that growing never stops the thread for long.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace wallet {

// Part `i` of kParts receives a share of the hash space proportional to 2^(i / kParts). Equal
// shares would all double at the same moment; with these, one part after the other does, evenly
// spread between two doublings of the whole. Set is a flat_hash_set-like type.
template <class Set, size_t kParts = 1024>
class SplitSet {
 public:
  SplitSet() : parts_(kParts) {}

  // `hash` decides the part by its upper 16 bits; Set may use the others.
  Set& Part(uint64_t hash) { return parts_[Shares()[hash >> 48]]; }
  const Set& Part(uint64_t hash) const { return parts_[Shares()[hash >> 48]]; }

 private:
  using Table = std::array<uint16_t, 1 << 16>;

  static const Table& Shares() {
    static const std::unique_ptr<const Table> table = [] {
      auto shares = std::make_unique<Table>();
      for (size_t i = 0; i < shares->size(); ++i) {
        const double fraction = static_cast<double>(i) / static_cast<double>(shares->size());
        (*shares)[i] = static_cast<uint16_t>(std::log2(1 + fraction) * kParts);
      }
      return shares;
    }();
    return *table;
  }

  std::vector<Set> parts_;
};

}  // namespace wallet
