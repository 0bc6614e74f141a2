#include <boost/json/basic_parser_impl.hpp>

#include "absl/strings/str_cat.h"
#include "net/http/fields.h"
#include "net/limits.h"

namespace wallet {
namespace {

namespace json = boost::json;

// Receives a document as Boost.JSON reads it. Unlike json::parse it sees a repeated member, and
// whether a number was written as an integer.
class BodyHandler {
 public:
  static constexpr size_t max_object_size = kMaxHttpFields;
  static constexpr size_t max_array_size = kMaxHttpBodyBytes;
  static constexpr size_t max_key_size = 1024;
  static constexpr size_t max_string_size = kMaxHttpBodyBytes;

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return Open(/*object=*/true); }
  bool on_object_end(size_t, json::error_code&) { return Close(); }
  bool on_array_begin(json::error_code&) { return Open(/*object=*/false); }
  bool on_array_end(size_t, json::error_code&) { return Close(); }

  bool on_key_part(json::string_view part, size_t, json::error_code&) { return Append(part); }
  bool on_key(json::string_view part, size_t, json::error_code&) {
    Append(part);
    if (depth_ == 1) name_ = text_;
    text_.clear();
    return true;
  }
  bool on_string_part(json::string_view part, size_t, json::error_code&) { return Append(part); }
  bool on_string(json::string_view part, size_t, json::error_code&) {
    Append(part);
    FieldValue value{.kind = FieldValue::Kind::kText, .text = std::move(text_)};
    text_.clear();
    return Add(std::move(value));
  }

  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(int64_t integer, json::string_view, json::error_code&) {
    return Add({.kind = FieldValue::Kind::kInteger, .integer = integer});
  }
  // Beyond 2^63 − 1.
  bool on_uint64(uint64_t, json::string_view, json::error_code&) { return AddOther(); }
  bool on_double(double, json::string_view, json::error_code&) { return AddOther(); }
  bool on_bool(bool boolean, json::error_code&) {
    return Add({.kind = FieldValue::Kind::kBoolean, .boolean = boolean});
  }
  bool on_null(json::error_code&) { return Add({}); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  NamedFields& fields() { return fields_; }
  bool is_object() const { return is_object_; }
  const std::optional<std::string>& repeated() const { return repeated_; }

 private:
  bool Append(json::string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool Open(bool object) {
    if (depth_ == 0) is_object_ = object;
    if (depth_ == 1) AddOther();
    ++depth_;
    return true;
  }
  bool Close() {
    --depth_;
    return true;
  }
  bool AddOther() { return Add({.kind = FieldValue::Kind::kOther}); }
  // Members of nested values do not count: the field that holds them is kOther already.
  bool Add(FieldValue value) {
    if (depth_ == 1 && is_object_ && !fields_.Add(name_, std::move(value)) && !repeated_) {
      repeated_ = name_;
    }
    return true;
  }

  NamedFields fields_;
  std::string name_, text_;
  std::optional<std::string> repeated_;  // the first name that stands twice
  int depth_ = 0;
  bool is_object_ = false;
};

}  // namespace

std::variant<NamedFields, HttpRefusal> ParseJsonBody(std::string_view body) {
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  json::basic_parser<BodyHandler> parser{options};
  json::error_code error;
  const size_t read = parser.write_some(/*more=*/false, body.data(), body.size(), error);
  if (!error && read < body.size()) error = json::error::extra_data;
  if (error) {
    return HttpRefusal{
        Outcome::kMalformedRequest, "",
        absl::StrCat("The body is not valid JSON at byte ", read, ": ", error.message(), ".")};
  }
  BodyHandler& handler = parser.handler();
  if (!handler.is_object()) {
    return HttpRefusal{Outcome::kMalformedRequest, "", "The body must be a JSON object: {…}."};
  }
  if (handler.repeated()) return RefuseRepeated(*handler.repeated());
  return std::move(handler.fields());
}

}  // namespace wallet
