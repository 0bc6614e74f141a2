// A JSON body as named values, and where it goes wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "net/limits.h"
#include "tests/net/http/parsed.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Kind = FieldValue::Kind;

NamedFields Json(std::string_view body) { return FieldsOf(ParseJsonBody(body)); }
HttpRefusal RefusedBody(std::string_view body) { return RefusalOf(ParseJsonBody(body)); }

TEST(JsonBodyTest, EveryKindOfValueIsTold) {
  const NamedFields fields =
      Json(R"({"t":"x","i":-5,"b":true,"f":0.5,"a":[1,{}],"o":{"x":1},"n":null})");
  EXPECT_EQ(fields.size(), 7u);
  EXPECT_EQ(fields.Find("t")->kind, Kind::kText);
  EXPECT_EQ(fields.Find("t")->text, "x");
  EXPECT_EQ(fields.Find("i")->kind, Kind::kInteger);
  EXPECT_EQ(fields.Find("i")->integer, -5);
  EXPECT_EQ(fields.Find("b")->kind, Kind::kBoolean);
  EXPECT_TRUE(fields.Find("b")->boolean);
  for (const char* other : {"f", "a", "o"}) EXPECT_EQ(fields.Find(other)->kind, Kind::kOther);
  EXPECT_EQ(fields.Find("n"), nullptr) << "null is the same as absent";
  EXPECT_EQ(fields.Find("x"), nullptr) << "members of a nested object are not the body's";
}

TEST(JsonBodyTest, AnEmptyObjectHasNoFields) {
  EXPECT_EQ(Json("{}").size(), 0u);
  EXPECT_EQ(Json(" \r\n\t{ } \n").size(), 0u);
}

TEST(JsonBodyTest, IntegersAreExactTo64Bits) {
  struct Case {
    const char* literal;
    int64_t value;
  };
  // A double would lose the last digit of all but the first three.
  for (const auto& [literal, value] :
       {Case{"0", 0}, Case{"-0", 0}, Case{"-1", -1}, Case{"9007199254740993", 9007199254740993},
        Case{"-9007199254740993", -9007199254740993}, Case{"9223372036854775807", INT64_MAX},
        Case{"-9223372036854775807", -INT64_MAX}, Case{"-9223372036854775808", INT64_MIN}}) {
    const NamedFields fields = Json(absl::StrCat(R"({"i":)", literal, "}"));
    ASSERT_NE(fields.Find("i"), nullptr) << literal;
    EXPECT_EQ(fields.Find("i")->kind, Kind::kInteger) << literal;
    EXPECT_EQ(fields.Find("i")->integer, value) << literal;
  }
}

TEST(JsonBodyTest, AnythingElseThatIsANumberIsNoInteger) {
  for (const char* literal :
       {"5.0", "5e3", "5E3", "5e0", "5e-1", "-0.0", "0.5", "1e19", "9223372036854775808",
        "-9223372036854775809", "18446744073709551615", "18446744073709551616",
        "99999999999999999999999999999999999999999999"}) {
    const NamedFields fields = Json(absl::StrCat(R"({"i":)", literal, "}"));
    ASSERT_NE(fields.Find("i"), nullptr) << literal;
    EXPECT_EQ(fields.Find("i")->kind, Kind::kOther) << literal;
  }
}

TEST(JsonBodyTest, EscapesAreResolved) {
  const NamedFields fields = Json(R"({"\u0061":"\"\\\/\b\n\u00e9\ud83d\ude00","nul":"x\u0000y"})");
  EXPECT_EQ(fields.Find("a")->text, "\"\\/\b\n\u00e9\U0001F600");
  EXPECT_EQ(fields.Find("nul")->text, std::string("x\0y", 3));
}

TEST(JsonBodyTest, ALongTextComesWhole) {
  std::string text;
  while (text.size() < kMaxHttpBodyBytes - 100) absl::StrAppend(&text, text.size(), " ");
  EXPECT_EQ(Json(absl::StrCat(R"({"t":")", text, "\"}")).Find("t")->text, text);
}

TEST(JsonBodyTest, InvalidJsonIsRefusedWithThePlace) {
  struct Case {
    std::string body;
    size_t byte;
  };
  const Case cases[] = {
      {"", 0},
      {" ", 1},
      {"x", 0},
      {"{", 1},
      {R"({"a")", 4},
      {R"({"a":)", 5},
      {R"({"a":})", 5},
      {R"({"a":1)", 6},
      {R"({"a":1,})", 7},
      {R"({"a" 1})", 5},
      {R"({a:1})", 1},
      {R"({'a':1})", 1},
      {R"({"a":tru})", 5},
      {R"({"a":05})", 6},
      {R"({"a":+5})", 5},
      {R"({"a":.5})", 5},
      {R"({"a":NaN})", 5},
      {R"({"a":1}x)", 7},
      {R"({"a":1}{})", 7},
      {R"(// no
{})",
       0},
      {R"({"a":"\x"})", 7},
      {"\xEF\xBB\xBF{}", 0},
  };
  for (const auto& [body, byte] : cases) {
    const HttpRefusal refusal = RefusedBody(body);
    EXPECT_EQ(refusal.outcome, Outcome::kMalformedRequest) << body;
    EXPECT_EQ(refusal.field, "") << body;
    EXPECT_THAT(refusal.message,
                StartsWith(absl::StrCat("The body is not valid JSON at byte ", byte, ": ")))
        << body;
  }
}

TEST(JsonBodyTest, WhatIsNoUnicodeIsRefused) {
  for (const std::string text :
       {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "a\nb", R"(\ud800)",
        R"(\ud800x)", R"(\ude00)", R"(\ud800\ud800)"}) {
    EXPECT_EQ(RefusedBody(R"({"t":")" + text + "\"}").outcome, Outcome::kMalformedRequest) << text;
    EXPECT_EQ(RefusedBody("{\"" + text + "\":1}").outcome, Outcome::kMalformedRequest) << text;
  }
}

TEST(JsonBodyTest, OnlyAnObjectIsABody) {
  for (const char* body : {"[]", R"([{"a":1}])", "5", R"("x")", "null", "true"}) {
    const HttpRefusal refusal = RefusedBody(body);
    EXPECT_EQ(refusal.outcome, Outcome::kMalformedRequest) << body;
    EXPECT_THAT(refusal.message, HasSubstr("must be a JSON object")) << body;
  }
}

TEST(JsonBodyTest, AMemberThatStandsTwiceIsNamed) {
  for (const char* body : {R"({"a":1,"a":1})", R"({"a":1,"\u0061":2})", R"({"a":null,"a":1})",
                           R"({"a":1,"a":[2]})", R"({"a":{},"b":1,"a":{},"b":2})"}) {
    const HttpRefusal refusal = RefusedBody(body);
    EXPECT_EQ(refusal.outcome, Outcome::kUnknownField) << body;
    EXPECT_EQ(refusal.field, "a") << body;
    EXPECT_THAT(refusal.message, HasSubstr("stands twice")) << body;
  }
  EXPECT_EQ(RefusedBody(R"({"a":1,"a":2)").outcome, Outcome::kMalformedRequest) << "comes first";
}

std::string Nested(size_t depth) {
  return R"({"a":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

TEST(JsonBodyTest, NestingIsBounded) {
  EXPECT_EQ(Json(Nested(kMaxJsonDepth)).Find("a")->kind, Kind::kOther);
  EXPECT_EQ(RefusedBody(Nested(kMaxJsonDepth + 1)).outcome, Outcome::kMalformedRequest);
  EXPECT_EQ(RefusedBody(R"({"a":)" + std::string(60'000, '[')).outcome, Outcome::kMalformedRequest);
}

std::string WithFields(size_t count) {
  std::string body;
  for (size_t i = 0; i < count; ++i) absl::StrAppend(&body, i == 0 ? "{" : ",", "\"f", i, "\":1");
  return body + "}";
}

TEST(JsonBodyTest, FieldsAreBounded) {
  EXPECT_EQ(Json(WithFields(kMaxHttpFields)).size(), kMaxHttpFields);
  EXPECT_EQ(RefusedBody(WithFields(kMaxHttpFields + 1)).outcome, Outcome::kMalformedRequest);
}

}  // namespace
}  // namespace wallet
