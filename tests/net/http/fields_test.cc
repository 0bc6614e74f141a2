// Fields read by type, whether they came as JSON or as texts.
#include "net/http/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/net/http/parsed.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// {"f": `literal`}
NamedFields Field(std::string_view literal) {
  return FieldsOf(ParseJsonBody(R"({"f":)" + std::string(literal) + "}"));
}

TEST(FieldReaderTest, AnIntegerMayBeALiteralOrDecimalText) {
  for (const int64_t value :
       {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{9007199254740993}, INT64_MAX, INT64_MIN}) {
    for (const std::string& literal :
         {std::to_string(value), "\"" + std::to_string(value) + "\""}) {
      const NamedFields fields = Field(literal);
      NamedFieldReader read(fields);
      EXPECT_EQ(read.Integer("f"), value) << literal;
      EXPECT_FALSE(read.refusal()) << literal;
    }
  }
}

TEST(FieldReaderTest, NothingElseIsAnInteger) {
  for (const char* literal : {"5.0",
                              "5e3",
                              "9223372036854775808",
                              "-9223372036854775809",
                              "true",
                              "[5]",
                              R"({"f":5})",
                              R"("")",
                              R"("5.0")",
                              R"("5e3")",
                              R"("05")",
                              R"("00")",
                              R"("+5")",
                              R"("-0")",
                              R"("-05")",
                              R"("--5")",
                              R"("-")",
                              R"("0x5")",
                              R"("5_000")",
                              R"("5,000")",
                              R"(" 5")",
                              R"("5 ")",
                              R"("5\u0000")",
                              R"("five")",
                              R"("9223372036854775808")",
                              R"("-9223372036854775809")",
                              R"("99999999999999999999999")"}) {
    const NamedFields fields = Field(literal);
    NamedFieldReader read(fields);
    EXPECT_EQ(read.Integer("f"), std::nullopt) << literal;
    ASSERT_TRUE(read.refusal()) << literal;
    EXPECT_EQ(read.refusal()->outcome, Outcome::kInvalidField) << literal;
    EXPECT_EQ(read.refusal()->field, "f") << literal;
    EXPECT_THAT(read.refusal()->message, StartsWith("f must be a whole number")) << literal;
  }
}

TEST(FieldReaderTest, OnlyATextIsAText) {
  const NamedFields text = Field(R"("5")");
  EXPECT_EQ(NamedFieldReader(text).Text("f"), "5");
  for (const char* literal : {"5", "5.0", "true", "[]", "{}"}) {
    const NamedFields fields = Field(literal);
    NamedFieldReader read(fields);
    EXPECT_EQ(read.Text("f"), std::nullopt) << literal;
    ASSERT_TRUE(read.refusal()) << literal;
    EXPECT_THAT(read.refusal()->message, HasSubstr("must be a string")) << literal;
  }
}

TEST(FieldReaderTest, OnlyABooleanIsABoolean) {
  for (const bool value : {true, false}) {
    const NamedFields fields = Field(value ? "true" : "false");
    EXPECT_EQ(NamedFieldReader(fields).Boolean("f"), value);
  }
  for (const char* literal : {"1", "0", R"("true")", R"("")", "[]"}) {
    const NamedFields fields = Field(literal);
    NamedFieldReader read(fields);
    EXPECT_EQ(read.Boolean("f"), std::nullopt) << literal;
    ASSERT_TRUE(read.refusal()) << literal;
    EXPECT_THAT(read.refusal()->message, HasSubstr("must be true or false")) << literal;
  }
}

TEST(FieldReaderTest, ATimeIsAnInstantWhateverItsOffset) {
  for (const char* literal : {R"("2024-01-15T12:00:00Z")", R"("2024-01-15T13:30:00+01:30")",
                              R"("2024-01-15T12:00:00.0Z")"}) {
    const NamedFields fields = Field(literal);
    EXPECT_EQ(NamedFieldReader(fields).Time("f"), Instant(1'705'320'000'000'000)) << literal;
  }
}

TEST(FieldReaderTest, NothingElseIsATime) {
  for (const char* literal :
       {"1705320000", R"("1705320000")", R"("")", R"("2024-01-15")", R"("2024-01-15T12:00:00")",
        R"("2024-01-15T12:00:00.1234567Z")", R"("1969-12-31T23:59:59Z")",
        R"("10000-01-01T00:00:00Z")", R"("2023-02-29T00:00:00Z")", "true"}) {
    const NamedFields fields = Field(literal);
    NamedFieldReader read(fields);
    EXPECT_EQ(read.Time("f"), std::nullopt) << literal;
    ASSERT_TRUE(read.refusal()) << literal;
    EXPECT_EQ(read.refusal()->outcome, Outcome::kInvalidField) << literal;
    EXPECT_EQ(read.refusal()->field, "f") << literal;
  }
}

TEST(FieldReaderTest, NullIsTheSameAsAbsentForEveryType) {
  for (const NamedFields& fields : {Field("null"), NamedFields()}) {
    NamedFieldReader read(fields);
    EXPECT_FALSE(read.Integer("f"));
    EXPECT_FALSE(read.Text("f"));
    EXPECT_FALSE(read.Time("f"));
    EXPECT_FALSE(read.Boolean("f"));
    EXPECT_FALSE(read.refusal());
  }
}

TEST(FieldReaderTest, TheFirstRefusalIsKept) {
  const NamedFields fields = FieldsOf(ParseJsonBody(R"({"a":1,"b":true,"c":"x"})"));
  NamedFieldReader read(fields);
  EXPECT_EQ(read.Integer("a"), 1);
  EXPECT_FALSE(read.Integer("b"));
  EXPECT_FALSE(read.Integer("c"));
  ASSERT_TRUE(read.refusal());
  EXPECT_EQ(read.refusal()->field, "b");
}

TEST(FieldsTest, TheFirstNameThatIsNotAllowedIsAnsweredWithThoseThatAre) {
  const NamedFields fields = FieldsOf(ParseQuery("user_id=1&relase_at=x&more=y"));
  const auto refusal = fields.CheckNames({"user_id", "release_at"});
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->outcome, Outcome::kUnknownField);
  EXPECT_EQ(refusal->field, "relase_at");
  EXPECT_EQ(refusal->message, "Unknown field \"relase_at\"; allowed are user_id, release_at.");
  EXPECT_FALSE(fields.CheckNames({"more", "relase_at", "user_id"}));
}

TEST(FieldsTest, AnUnknownFieldThatIsNullIsUnknownAllTheSame) {
  EXPECT_TRUE(Field("null").CheckNames({"user_id"}));
}

TEST(FieldsTest, ANameThatCannotBeSaidIsNotRepeated) {
  const std::string longest(64, 'n');
  const NamedFields sayable = FieldsOf(ParseQuery(longest + "=1"));
  EXPECT_EQ(sayable.CheckNames({})->field, longest);
  for (const std::string& name : {longest + "n", std::string("%ff"), std::string("%0a")}) {
    const NamedFields fields = FieldsOf(ParseQuery(name + "=1"));
    const auto refusal = fields.CheckNames({});
    ASSERT_TRUE(refusal) << name;
    EXPECT_EQ(refusal->field, "") << name;
    EXPECT_EQ(refusal->message, "Unknown field \"\"; this call takes none.") << name;
  }
}

TEST(FieldsTest, TextsStayWhereTheyAreWhenTheFieldsMove) {
  NamedFields fields =
      FieldsOf(ParseJsonBody(R"({"short":"s","long":"a text that is longer than that"})"));
  NamedFieldReader read(fields);
  const auto shorter = read.Text("short"), longer = read.Text("long");
  const NamedFields moved = std::move(fields);
  EXPECT_EQ(moved.Find("short")->text.data(), shorter->data());
  EXPECT_EQ(moved.Find("long")->text.data(), longer->data());
}

}  // namespace
}  // namespace wallet
