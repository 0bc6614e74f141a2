// The body of a POST. Boost's own document parser, which reads all of JSON, is held against it.
#include <boost/json/parse.hpp>

#include "net/http/fields.h"
#include "net/limits.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/operations.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

namespace json = boost::json;
using Kind = FieldValue::Kind;

// Below this size no document reaches a limit on members, keys or texts.
constexpr size_t kUnlimitedBytes = 256;

Kind KindOf(const json::value& value) {
  if (value.is_string()) return Kind::kText;
  if (value.is_int64()) return Kind::kInteger;
  return value.is_bool() ? Kind::kBoolean : Kind::kOther;
}

void CheckField(const FieldValue* field, const json::value& value) {
  WALLET_CHECK_NOTE((field == nullptr) == value.is_null(), "null is absent");
  if (field == nullptr) return;
  WALLET_CHECK(field->kind == KindOf(value));
  if (value.is_string()) {
    const json::string& text = value.as_string();
    WALLET_CHECK(field->text == std::string_view(text.data(), text.size()));
  }
  if (value.is_int64()) WALLET_CHECK(field->integer == value.as_int64());
  if (value.is_bool()) WALLET_CHECK(field->boolean == value.as_bool());
}

// Each way to read a field takes it or refuses it, whatever it is.
void CheckReaders(const NamedFields& fields, std::string_view name) {
  NamedFieldReader reader(fields);
  const auto integer = reader.Integer(name);
  const auto text = reader.Text(name);
  const auto instant = reader.Time(name);
  const auto boolean = reader.Boolean(name);
  WALLET_CHECK(!boolean || (!text && !integer));
  WALLET_CHECK(!instant || (text && !integer));
  // A text that reads as an integer is its only decimal form.
  if (integer && text) WALLET_CHECK(std::to_string(*integer) == *text);
}

void CheckFields(const NamedFields& fields, const json::value& document) {
  const json::object& object = document.as_object();
  WALLET_CHECK(fields.size() == object.size() && fields.size() <= kMaxHttpFields);
  for (const auto& [key, value] : object) {
    const std::string_view name(key.data(), key.size());
    CheckField(fields.Find(name), value);
    CheckReaders(fields, name);
  }
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  const std::string_view body = fuzz::View(data, size);
  const auto parsed = ParseJsonBody(body);
  json::error_code error;
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  const json::value document = json::parse({body.data(), body.size()}, error, {}, options);

  if (const auto* fields = std::get_if<NamedFields>(&parsed)) {
    WALLET_CHECK(!error && document.is_object());
    CheckFields(*fields, document);
    return 0;
  }
  const auto& refusal = std::get<HttpRefusal>(parsed);
  fuzz::CheckRefusal(refusal);
  const bool malformed = refusal.outcome == Outcome::kMalformedRequest;
  if (size <= kUnlimitedBytes) WALLET_CHECK(malformed == (error || !document.is_object()));
  return 0;
}
