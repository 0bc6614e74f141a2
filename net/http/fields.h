// What a caller sent, by name, whether as a JSON body or as a query string, and how it is read.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/request.h"

namespace wallet {

// A Refusal that may be about a field which only the caller knows.
struct HttpRefusal {
  Outcome outcome = Outcome::kMalformedRequest;
  std::string field;  // may be empty
  std::string message;
};

// A value as far as a request may hold one. Integers are exact; a number with a fraction or an
// exponent or beyond 64 bits, an array and an object are kOther.
struct FieldValue {
  enum class Kind : uint8_t { kNull, kText, kInteger, kBoolean, kOther };
  Kind kind = Kind::kNull;
  std::string text;
  int64_t integer = 0;
  bool boolean = false;
};

// At most kMaxHttpFields of them: what reads them sees to that. May be moved without moving the
// texts in it.
class NamedFields {
 public:
  NamedFields() = default;
  NamedFields(NamedFields&&) = default;
  NamedFields& operator=(NamedFields&&) = default;

  // False when the name is there already.
  bool Add(std::string name, FieldValue value);

  // unknown_field for the first name that is not `allowed`.
  std::optional<HttpRefusal> CheckNames(std::initializer_list<std::string_view> allowed) const;

  // Null for an absent field and for one that is null.
  const FieldValue* Find(std::string_view name) const;

  size_t size() const { return fields_.size(); }

 private:
  std::vector<std::pair<std::string, FieldValue>> fields_;
};

// Reads fields by type and keeps the first refusal (invalid_field); texts are views into the
// fields.
class NamedFieldReader {
 public:
  explicit NamedFieldReader(const NamedFields& fields) : fields_(fields) {}

  // An integer, or a text that is its decimal form ("5000"; not "5.0", "+5", "05").
  std::optional<int64_t> Integer(std::string_view name);
  std::optional<std::string_view> Text(std::string_view name);
  std::optional<Instant> Time(std::string_view name);
  std::optional<bool> Boolean(std::string_view name);

  const std::optional<HttpRefusal>& refusal() const { return refusal_; }

 private:
  void Refuse(std::string_view name, std::string_view must);

  const NamedFields& fields_;
  std::optional<HttpRefusal> refusal_;
};

// `{"name":value,…}` → fields. malformed_request says where the JSON goes wrong; unknown_field when
// a member stands twice.
std::variant<NamedFields, HttpRefusal> ParseJsonBody(std::string_view body);

// `a=1&b=x%20y` → fields, all texts. malformed_request for a broken escape, a parameter without a
// name and too many of them; unknown_field when one stands twice.
std::variant<NamedFields, HttpRefusal> ParseQuery(std::string_view query);

// unknown_field for a name that stands twice.
HttpRefusal RefuseRepeated(std::string_view name);

}  // namespace wallet
