// A query string. A second reading of the same rules, written apart, is held against it.
#include <cstdlib>
#include <map>

#include "net/http/fields.h"
#include "net/limits.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/operations.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

std::optional<std::string> Unescape(std::string_view text) {
  std::string out;
  for (; !text.empty(); text.remove_prefix(1)) {
    if (text.front() == '+') {
      out += ' ';
    } else if (text.front() != '%') {
      out += text.front();
    } else {
      const std::string digits(text.substr(1, 2));
      if (digits.size() < 2 || !std::isxdigit(static_cast<unsigned char>(digits[0])) ||
          !std::isxdigit(static_cast<unsigned char>(digits[1]))) {
        return std::nullopt;
      }
      out += static_cast<char>(std::strtol(digits.c_str(), nullptr, 16));
      text.remove_prefix(2);
    }
  }
  return out;
}

// None where a query string is to be refused.
std::optional<std::map<std::string, std::string>> Expected(std::string_view query) {
  std::map<std::string, std::string> fields;
  for (size_t begin = 0; begin < query.size();) {
    const size_t end = std::min(query.find('&', begin), query.size());
    const std::string_view pair = query.substr(begin, end - begin);
    const size_t equals = pair.find('=');
    const auto name = Unescape(pair.substr(0, equals));
    const auto value =
        Unescape(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (!name || !value || name->empty() || fields.size() == kMaxHttpFields) return std::nullopt;
    if (!fields.emplace(*name, *value).second) return std::nullopt;
    begin = end + 1;
  }
  return fields;
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  const std::string_view query = fuzz::View(data, size);
  const auto parsed = ParseQuery(query);
  const auto expected = Expected(query);
  const NamedFields* fields = std::get_if<NamedFields>(&parsed);
  WALLET_CHECK((fields != nullptr) == expected.has_value());
  if (fields == nullptr) return fuzz::CheckRefusal(std::get<HttpRefusal>(parsed)), 0;
  WALLET_CHECK(fields->size() == expected->size());
  for (const auto& [name, value] : *expected) {
    const FieldValue* field = fields->Find(name);
    WALLET_CHECK(field != nullptr && field->kind == FieldValue::Kind::kText);
    WALLET_CHECK(field->text == value);
  }
  if (const auto unknown = fields->CheckNames({"user_id", "page"})) fuzz::CheckRefusal(*unknown);
  return 0;
}
