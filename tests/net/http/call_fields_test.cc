// Calls that are refused for one of their fields, and for which when several are wrong.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/net/http/request_lines.h"

namespace wallet {
namespace {

struct Case {
  std::string target;
  std::string body;  // empty: a GET
  Outcome outcome;
  std::string field;

  Call Read() const { return body.empty() ? ReadGet(target) : ReadPost(target, body); }
};

std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.target << " " << one.body;
}

constexpr Outcome kMissing = Outcome::kMissingField;
constexpr Outcome kInvalid = Outcome::kInvalidField;
constexpr Outcome kUnknown = Outcome::kUnknownField;

class CallFieldsTest : public ::testing::TestWithParam<Case> {};

TEST_P(CallFieldsTest, IsRefusedByName) {
  const Call call = GetParam().Read();
  ASSERT_TRUE(call.refusal);
  EXPECT_EQ(call.refusal->outcome, GetParam().outcome) << call.refusal->message;
  EXPECT_EQ(call.refusal->field, GetParam().field) << call.refusal->message;
  EXPECT_NE(call.refusal->message, "");
}

// A write whose other fields are right, with this member instead of the field's own or beside it.
std::string Write(const std::string& field, const std::string& literal) {
  std::string body = "{\"" + field + "\":" + literal;
  if (field != "user_id") body += R"(,"user_id":7)";
  if (field != "amount") body += R"(,"amount":500)";
  if (field != "idempotency_key") body += R"(,"idempotency_key":"k")";
  return body + "}";
}

std::vector<Case> WritesOfWrongTypes() {
  std::vector<Case> cases;
  for (const std::string target : {"/charge", "/withdraw"}) {
    for (const char* field : {"user_id", "amount"}) {
      for (const char* literal : {"5.0", "5e3", "true", "[5]", "{}", R"("x")", R"("")", R"("05")",
                                  "9223372036854775808", R"("9223372036854775808")", "0", "-1"}) {
        cases.push_back({target, Write(field, literal), kInvalid, field});
      }
    }
    for (const char* field : {"idempotency_key", "currency", "description"}) {
      for (const char* literal : {"5", "5.0", "true", "[]", "{}", R"("\u0000")", R"("a\nb")"}) {
        cases.push_back({target, Write(field, literal), kInvalid, field});
      }
    }
    for (const char* field : {"user_id", "amount", "idempotency_key"}) {
      cases.push_back({target, Write(field, "null"), kMissing, field});
    }
    for (const char* field : {"relase_at", "id", "User_Id", "idempotency-key", ""}) {
      cases.push_back({target, Write(field, "null"), kUnknown, field});
    }
    cases.push_back({target, Write("idempotency_key", R"("")"), kInvalid, "idempotency_key"});
    cases.push_back({target, Write("currency", R"("usd")"), kInvalid, "currency"});
    cases.push_back({target, Write("currency", R"("")"), kInvalid, "currency"});
  }
  for (const char* literal : {"5", "true", R"("")", R"("tomorrow")", R"("2024-01-15T12:00:00")"}) {
    cases.push_back({"/charge", Write("release_at", literal), kInvalid, "release_at"});
  }
  for (const char* literal : {"5", "true", "[]", R"("\u0007")"}) {
    cases.push_back({"/withdraw", Write("destination", literal), kInvalid, "destination"});
  }
  cases.push_back({"/charge", Write("destination", R"("x")"), kUnknown, "destination"});
  cases.push_back({"/withdraw", Write("release_at", R"("x")"), kUnknown, "release_at"});
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Writes, CallFieldsTest, ::testing::ValuesIn(WritesOfWrongTypes()));

INSTANTIATE_TEST_SUITE_P(
    Resolve, CallFieldsTest,
    ::testing::Values(
        Case{"/withdrawals/resolve", R"({"id":2,"paid":true})", kMissing, "user_id"},
        Case{"/withdrawals/resolve", R"({"user_id":7,"paid":true})", kMissing, "id"},
        Case{"/withdrawals/resolve", R"({"user_id":7,"id":2})", kMissing, "paid"},
        Case{"/withdrawals/resolve", R"({"user_id":7,"id":2,"paid":null})", kMissing, "paid"},
        Case{"/withdrawals/resolve", R"({"user_id":7,"id":2,"paid":1})", kInvalid, "paid"},
        Case{"/withdrawals/resolve", R"({"user_id":7,"id":2,"paid":"true"})", kInvalid, "paid"},
        Case{"/withdrawals/resolve", R"({"user_id":7,"id":0,"paid":true})", kInvalid, "id"},
        Case{"/withdrawals/resolve", R"({"user_id":7,"id":2,"paid":true,"note":5})", kInvalid,
             "note"},
        Case{"/withdrawals/resolve", R"({"user_id":7,"id":2,"paid":true,"amount":5})", kUnknown,
             "amount"}));

INSTANTIATE_TEST_SUITE_P(
    Reads, CallFieldsTest,
    ::testing::Values(
        Case{"/balance", "", kMissing, "user_id"},
        Case{"/balance?user_id=", "", kInvalid, "user_id"},
        Case{"/balance?user_id=0", "", kInvalid, "user_id"},
        Case{"/balance?user_id=+7", "", kInvalid, "user_id"},
        Case{"/balance?user_id=7.0", "", kInvalid, "user_id"},
        Case{"/balance?user_id=7&currency=usd", "", kInvalid, "currency"},
        Case{"/balance?user_id=7&usr=7", "", kUnknown, "usr"},
        Case{"/balance?user_id=7&user_id=7", "", kUnknown, "user_id"},
        Case{"/transaction?user_id=7", "", kMissing, "id"},
        Case{"/transaction?id=1", "", kMissing, "user_id"},
        Case{"/transaction?user_id=7&id=x", "", kInvalid, "id"},
        Case{"/transaction?user_id=7&id=1&idempotency_key=k", "", kInvalid, "id"},
        Case{"/transaction?user_id=7&idempotency_key=", "", kInvalid, "idempotency_key"},
        Case{"/transaction?user_id=7&idempotency_key=%ff", "", kInvalid, "idempotency_key"},
        Case{"/transaction?user_id=7&idempotency_key=%00", "", kInvalid, "idempotency_key"},
        Case{"/transaction?user_id=7&id=1&page=1", "", kUnknown, "page"},
        Case{"/transactions?limit=5", "", kMissing, "user_id"},
        Case{"/transactions?user_id=7&limit=0", "", kInvalid, "limit"},
        Case{"/transactions?user_id=7&limit=1001", "", kInvalid, "limit"},
        Case{"/transactions?user_id=7&limit=ten", "", kInvalid, "limit"},
        Case{"/transactions?user_id=7&page=0", "", kInvalid, "page"},
        Case{"/transactions?user_id=7&page=9223372036854775808", "", kInvalid, "page"},
        Case{"/transactions?user_id=7&before_id=0", "", kInvalid, "before_id"},
        Case{"/transactions?user_id=7&after_id=-1", "", kInvalid, "after_id"},
        Case{"/transactions?user_id=7&page=1&after_id=1", "", kInvalid, "page"},
        Case{"/transactions?user_id=7&before_id=1&after_id=1", "", kInvalid, "page"},
        Case{"/transactions?user_id=7&offset=1", "", kUnknown, "offset"},
        Case{"/withdrawals?substatus=completed", "", kInvalid, "substatus"},
        Case{"/withdrawals?user_id=x", "", kInvalid, "user_id"},
        Case{"/withdrawals?page=1", "", kUnknown, "page"},
        Case{"/health?verbose=1", "", kUnknown, "verbose"}));

// One fault is answered, whatever the order in which the fields were sent.
INSTANTIATE_TEST_SUITE_P(
    SeveralAreWrong, CallFieldsTest,
    ::testing::Values(
        Case{"/charge", "{}", kMissing, "user_id"},
        Case{"/charge", R"({"idempotency_key":"k"})", kMissing, "user_id"},
        Case{"/charge", R"({"user_id":7,"description":5})", kMissing, "amount"},
        Case{"/charge", R"({"amount":"x","idempotency_key":"k"})", kMissing, "user_id"},
        Case{"/charge", R"({"relase_at":"x","user_id":7,"amount":5})", kMissing, "idempotency_key"},
        Case{"/charge", Write("user_id", R"("x","relase_at":5)"), kInvalid, "user_id"},
        Case{"/charge", Write("amount", R"(0,"relase_at":5)"), kInvalid, "amount"},
        Case{"/charge", R"({"idempotency_key":5,"amount":"x","user_id":true})", kInvalid,
             "user_id"},
        Case{"/charge", R"({"idempotency_key":"","amount":0,"user_id":7})", kInvalid, "amount"},
        Case{"/charge", Write("zz", R"(1,"aa":2)"), kUnknown, "zz"},
        Case{"/balance?usr=7", "", kMissing, "user_id"},
        Case{"/balance?currency=usd&user_id=0&usr=7", "", kInvalid, "user_id"},
        Case{"/transactions?user_id=7&limit=x&page=y", "", kInvalid, "page"}));

}  // namespace
}  // namespace wallet
