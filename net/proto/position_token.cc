#include "net/proto/position_token.h"

#include <charconv>

namespace wallet {
namespace {

constexpr size_t kEpochCharacters = 8;
constexpr int kBase = 16;

}  // namespace

std::string FormatPositionToken(std::string_view epoch, Position position) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof(digits), position.value(), kBase).ptr;
  std::string token(epoch);  // short enough, mostly, to need no memory of its own
  token += '-';
  return token.append(digits, end);
}

std::optional<PositionToken> ParsePositionToken(std::string_view text) {
  if (text.size() <= kEpochCharacters || text[kEpochCharacters] != '-') return std::nullopt;
  const std::string_view digits = text.substr(kEpochCharacters + 1);
  uint64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, value, kBase);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  const PositionToken token{text.substr(0, kEpochCharacters), Position(value)};
  // One position has one token: no leading zeros, no upper case.
  if (FormatPositionToken(token.epoch, token.position) != text) return std::nullopt;
  return token;
}

}  // namespace wallet
