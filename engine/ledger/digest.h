// The ledger's state in 128 bits.
#pragma once

#include <cstdint>
#include <string>

namespace wallet {

// An order-free sum of hashes: equal for equal states whatever the shards, the order of events
// between users, or the machine. Two ledgers' digests add up to that of their union.
struct Digest {
  uint64_t low = 0;
  uint64_t high = 0;
  bool operator==(const Digest&) const = default;
  Digest& operator+=(const Digest& other);  // 128-bit, wraps
};
std::string ToHex(const Digest& digest);

}  // namespace wallet
