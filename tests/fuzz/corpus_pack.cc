#include "tests/fuzz/corpus_pack.h"

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "wal/base/coding.h"

namespace wallet::fuzz {

std::string EncodePack(std::vector<std::string> inputs) {
  std::sort(inputs.begin(), inputs.end(), [](const std::string& a, const std::string& b) {
    return std::forward_as_tuple(a.size(), a) < std::forward_as_tuple(b.size(), b);
  });
  inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
  std::string bytes;
  for (const std::string& input : inputs) {
    if (bytes.size() + sizeof(uint16_t) + input.size() > kMaxPackBytes) break;
    PutFixed(bytes, static_cast<uint16_t>(input.size()));
    bytes += input;
  }
  return bytes;
}

std::optional<std::vector<std::string>> DecodePack(std::string_view bytes) {
  std::vector<std::string> inputs;
  Reader reader(bytes);
  while (reader.ok() && !reader.AtEnd()) {
    inputs.emplace_back(reader.Raw(reader.Fixed<uint16_t>()));
  }
  return reader.ok() ? std::optional(std::move(inputs)) : std::nullopt;
}

}  // namespace wallet::fuzz
