// Checksums and hashes with pinned results: the same bytes give the same number on every machine,
// in every version. (absl::Hash is for hash tables only.)
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace wallet {

// SHA-256 (FIPS 180-4), for chains that must not be forged by accident or hand.
using Sha256 = std::array<uint8_t, 32>;
// Of the concatenation of `parts`.
Sha256 Sha256Of(std::initializer_list<std::string_view> parts);
std::string ToHex(const Sha256& hash);
inline std::string_view AsBytes(const Sha256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// XXH3, 64 bits: finds damage, not malice.
uint64_t Xxh3(std::string_view bytes, uint64_t seed = 0);

// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection that spreads every bit.
constexpr uint64_t Mix64(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace wallet
