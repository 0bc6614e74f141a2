#include "net/http/fields.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_cat.h"
#include "engine/utf8.h"
#include "wal/base/absl_view.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

// A name of the caller's, as far as it can be said back to him; otherwise empty.
std::string Sayable(std::string_view name) {
  constexpr size_t kMost = 64;
  return name.size() <= kMost && IsPlainUtf8(name) ? std::string(name) : "";
}

std::optional<int64_t> ParseDecimal(const std::string& text) {
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  // Comparing with the canonical form refuses "05" and "-0".
  if (error != std::errc() || rest != end || std::to_string(value) != text) return std::nullopt;
  return value;
}

}  // namespace

bool NamedFields::Add(std::string name, FieldValue value) {
  for (const auto& [known, ignored] : fields_) {
    if (known == name) return WALLET_MUTANT("repeated_field_taken");
  }
  fields_.emplace_back(std::move(name), std::move(value));
  return true;
}

std::optional<HttpRefusal> NamedFields::CheckNames(
    std::initializer_list<std::string_view> allowed) const {
  for (const auto& [name, value] : fields_) {
    if (WALLET_MUTANT("unknown_field_taken") ||
        std::find(allowed.begin(), allowed.end(), name) != allowed.end())
      continue;
    std::string message = absl::StrCat("Unknown field \"", Sayable(name), "\"; ");
    absl::StrAppend(&message, allowed.size() == 0 ? "this call takes none" : "allowed are");
    std::string_view separator = " ";
    for (const std::string_view each : allowed) {
      absl::StrAppend(&message, ToAbsl(std::exchange(separator, ", ")), ToAbsl(each));
    }
    return HttpRefusal{Outcome::kUnknownField, Sayable(name), std::move(message) + "."};
  }
  return std::nullopt;
}

const FieldValue* NamedFields::Find(std::string_view name) const {
  for (const auto& [known, value] : fields_) {
    if (known == name) return value.kind == FieldValue::Kind::kNull ? nullptr : &value;
  }
  return nullptr;
}

std::optional<int64_t> NamedFieldReader::Integer(std::string_view name) {
  const FieldValue* value = fields_.Find(name);
  if (!value) return std::nullopt;
  if (value->kind == FieldValue::Kind::kInteger) return value->integer;
  if (value->kind == FieldValue::Kind::kText) {
    if (const auto decimal = ParseDecimal(value->text)) return decimal;
  }
  Refuse(name, "must be a whole number of at most 64 bits, without fraction or exponent");
  return std::nullopt;
}

std::optional<std::string_view> NamedFieldReader::Text(std::string_view name) {
  const FieldValue* value = fields_.Find(name);
  if (!value) return std::nullopt;
  if (value->kind == FieldValue::Kind::kText) return value->text;
  Refuse(name, "must be a string");
  return std::nullopt;
}

std::optional<Instant> NamedFieldReader::Time(std::string_view name) {
  const auto text = Text(name);
  if (!text) return std::nullopt;
  const auto instant = ParseRfc3339(*text);
  if (!instant) {
    Refuse(
        name,
        "must be an RFC 3339 time with Z or an offset, in the years 1970 to 9999, with at most 6 "
        "fractional digits, such as 2024-01-15T12:00:00Z");
  }
  return instant;
}

std::optional<bool> NamedFieldReader::Boolean(std::string_view name) {
  const FieldValue* value = fields_.Find(name);
  if (!value) return std::nullopt;
  if (value->kind == FieldValue::Kind::kBoolean) return value->boolean;
  Refuse(name, "must be true or false");
  return std::nullopt;
}

void NamedFieldReader::Refuse(std::string_view name, std::string_view must) {
  if (refusal_) return;
  refusal_ = HttpRefusal{Outcome::kInvalidField, std::string(name),
                         absl::StrCat(ToAbsl(name), " ", ToAbsl(must), ".")};
}

HttpRefusal RefuseRepeated(std::string_view name) {
  return {Outcome::kUnknownField, Sayable(name),
          absl::StrCat("The field \"", Sayable(name), "\" stands twice.")};
}

}  // namespace wallet
