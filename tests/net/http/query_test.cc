// A query string as named texts.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "net/limits.h"
#include "tests/net/http/parsed.h"

namespace wallet {
namespace {

NamedFields Query(std::string_view query) { return FieldsOf(ParseQuery(query)); }
HttpRefusal RefusedQuery(std::string_view query) { return RefusalOf(ParseQuery(query)); }

TEST(QueryTest, NamesAndValuesAreDecoded) {
  struct Case {
    const char* query;
    std::map<std::string, std::string> fields;
  };
  const Case cases[] = {
      {"", {}},
      {"a=1", {{"a", "1"}}},
      {"a=1&b=x%20y", {{"a", "1"}, {"b", "x y"}}},
      {"a=x+y", {{"a", "x y"}}},
      {"a=x%2By", {{"a", "x+y"}}},
      {"a=%26%3D%25", {{"a", "&=%"}}},
      {"a=%c3%a9%C3%A9", {{"a", "\u00e9\u00e9"}}},
      {"a=b=c", {{"a", "b=c"}}},
      {"a=?b", {{"a", "?b"}}},
      {"a", {{"a", ""}}},
      {"a=", {{"a", ""}}},
      {"a&b=", {{"a", ""}, {"b", ""}}},
      {"a=1&", {{"a", "1"}}},
      {"%61%3d=1", {{"a=", "1"}}},
      {"a=%00", {{"a", std::string(1, '\0')}}},
      {"a=%ff", {{"a", "\xff"}}},
  };
  for (const auto& [query, expected] : cases) {
    const NamedFields fields = Query(query);
    EXPECT_EQ(fields.size(), expected.size()) << query;
    for (const auto& [name, text] : expected) {
      const FieldValue* value = fields.Find(name);
      ASSERT_NE(value, nullptr) << query;
      EXPECT_EQ(value->kind, FieldValue::Kind::kText) << query;
      EXPECT_EQ(value->text, text) << query;
    }
  }
}

TEST(QueryTest, WhatCannotBeReadIsMalformed) {
  for (const char* query : {"a=%", "a=%4", "a=%zz", "a=%4g", "a=%g4", "a=%+1", "a=%-1", "%=1",
                            "%4=1", "=1", "=", "&", "&a=1", "a=1&&b=2", "a=1&b=%"}) {
    const HttpRefusal refusal = RefusedQuery(query);
    EXPECT_EQ(refusal.outcome, Outcome::kMalformedRequest) << query;
    EXPECT_EQ(refusal.field, "") << query;
    EXPECT_NE(refusal.message, "") << query;
  }
}

TEST(QueryTest, AParameterThatStandsTwiceIsNamed) {
  for (const char* query : {"a=1&a=1", "a=1&b=2&a=3", "a=1&%61=2", "a&a"}) {
    const HttpRefusal refusal = RefusedQuery(query);
    EXPECT_EQ(refusal.outcome, Outcome::kUnknownField) << query;
    EXPECT_EQ(refusal.field, "a") << query;
  }
}

TEST(QueryTest, ParametersAreBounded) {
  std::string query = "f0=x";
  for (size_t i = 1; i < kMaxHttpFields; ++i) absl::StrAppend(&query, "&f", i, "=x");
  EXPECT_EQ(Query(query).size(), kMaxHttpFields);
  EXPECT_EQ(RefusedQuery(query + "&more=x").outcome, Outcome::kMalformedRequest);
}

}  // namespace
}  // namespace wallet
