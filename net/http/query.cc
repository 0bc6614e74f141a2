#include <algorithm>

#include "net/http/fields.h"
#include "net/limits.h"

namespace wallet {
namespace {

int HexDigit(char c) {
  if ('0' <= c && c <= '9') return c - '0';
  if ('a' <= c && c <= 'f') return c - 'a' + 10;
  if ('A' <= c && c <= 'F') return c - 'A' + 10;
  return -1;
}

// application/x-www-form-urlencoded: %XX, and + for a space. nullopt for a broken escape.
std::optional<std::string> Decode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = HexDigit(text[i + 1]);
    const int low = HexDigit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return decoded;
}

HttpRefusal Unreadable(std::string message) {
  return {Outcome::kMalformedRequest, "", std::move(message)};
}

}  // namespace

std::variant<NamedFields, HttpRefusal> ParseQuery(std::string_view query) {
  NamedFields fields;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const size_t equals = std::min(pair.find('='), pair.size());
    const auto name = Decode(pair.substr(0, equals));
    auto value = Decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value || name->empty()) {
      return Unreadable(
          "The query string can't be read: write name=value pairs joined by &, other bytes as "
          "%XX.");
    }
    if (fields.size() == kMaxHttpFields) return Unreadable("There are too many parameters.");
    if (!fields.Add(*name, {.kind = FieldValue::Kind::kText, .text = *std::move(value)})) {
      return RefuseRepeated(*name);
    }
  }
  return fields;
}

}  // namespace wallet
