// A corpus as one file: many small inputs, of each u16 (little-endian) its size, then its bytes. So
// the tree keeps a file per target, and not thousands.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wallet::fuzz {

// What a pack grows to.
inline constexpr size_t kMaxPackBytes = 32 << 10;

// The smallest inputs first, each once, as many as fit; the same inputs give the same bytes.
std::string EncodePack(std::vector<std::string> inputs);

// None: the bytes are no pack.
std::optional<std::vector<std::string>> DecodePack(std::string_view bytes);

}  // namespace wallet::fuzz
