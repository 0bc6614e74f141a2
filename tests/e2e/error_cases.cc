#include "tests/e2e/error_cases.h"

#include <initializer_list>

#include "absl/strings/str_cat.h"
#include "engine/ledger/limits.h"
#include "net/limits.h"

namespace wallet::e2e {
namespace {

std::string Long(size_t size) { return std::string(size, 'x'); }

// A charge and a withdrawal share the fields that can be wrong.
std::vector<Case> CasesOfWrites() {
  std::vector<Case> cases;
  const auto add = [&](std::string name, std::string code, std::string field, std::string json,
                       std::string proto) {
    for (const char* kind : {"charge", "withdraw"}) {
      cases.push_back({.name = absl::StrCat(name, "In", kind),
                       .code = code,
                       .field = field,
                       .call = absl::StrCat("POST /", kind),
                       .body = absl::StrCat("{", json, "}"),
                       .operation = proto.empty() ? "" : absl::StrCat(kind, " { ", proto, " }")});
    }
  };
  const std::string user = R"("user_id":1)", amount = R"("amount":5)";
  const std::string key = R"("idempotency_key":"k")";
  const auto json = [](std::initializer_list<std::string> members) {
    std::string all;
    for (const std::string& member : members) all += (all.empty() ? "" : ",") + member;
    return all;
  };
  const auto with = [&](const std::string& member) { return json({user, amount, key, member}); };
  const std::string proto = "user_id: 1 amount: 5 idempotency_key: 'k' ";

  add("NoUser", "missing_field", "user_id", json({amount, key}), "amount: 5 idempotency_key: 'k'");
  add("NoAmount", "missing_field", "amount", json({user, key}), "user_id: 1 idempotency_key: 'k'");
  add("NoKey", "missing_field", "idempotency_key", json({user, amount}), "user_id: 1 amount: 5");
  add("NullUser", "missing_field", "user_id", json({R"("user_id":null)", amount, key}), "");
  add("NoFields", "missing_field", "user_id", "", "");
  add("UserZero", "invalid_field", "user_id", json({R"("user_id":0)", amount, key}),
      "user_id: 0 amount: 5 idempotency_key: 'k'");
  add("UserNegative", "invalid_field", "user_id", json({R"("user_id":-1)", amount, key}),
      "user_id: -1 amount: 5 idempotency_key: 'k'");
  add("UserTooLarge", "invalid_field", "user_id",
      json({R"("user_id":9223372036854775808)", amount, key}), "");
  add("UserIsText", "invalid_field", "user_id", json({R"("user_id":"abc")", amount, key}), "");
  add("AmountZero", "invalid_field", "amount", json({user, R"("amount":0)", key}),
      "user_id: 1 amount: 0 idempotency_key: 'k'");
  add("AmountNegative", "invalid_field", "amount", json({user, R"("amount":-5)", key}),
      "user_id: 1 amount: -5 idempotency_key: 'k'");
  add("AmountIsFloat", "invalid_field", "amount", json({user, R"("amount":5.0)", key}), "");
  add("AmountIsExponent", "invalid_field", "amount", json({user, R"("amount":5e3)", key}), "");
  add("AmountIsBool", "invalid_field", "amount", json({user, R"("amount":true)", key}), "");
  add("AmountIsFloatText", "invalid_field", "amount", json({user, R"("amount":"5.0")", key}), "");
  add("KeyEmpty", "invalid_field", "idempotency_key",
      json({user, amount, R"("idempotency_key":"")"}), "user_id: 1 amount: 5 idempotency_key: ''");
  add("KeyTooLong", "invalid_field", "idempotency_key",
      json({user, amount, absl::StrCat(R"("idempotency_key":")", Long(kMaxKeyBytes + 1), "\"")}),
      absl::StrCat("user_id: 1 amount: 5 idempotency_key: '", Long(kMaxKeyBytes + 1), "'"));
  add("KeyWithControlCharacter", "invalid_field", "idempotency_key",
      json({user, amount, R"("idempotency_key":"a\u0007b")"}),
      R"(user_id: 1 amount: 5 idempotency_key: 'a\007b')");
  add("KeyIsNumber", "invalid_field", "idempotency_key",
      json({user, amount, R"("idempotency_key":7)"}), "");
  add("CurrencyLowerCase", "invalid_field", "currency", with(R"("currency":"usd")"),
      proto + "currency: 'usd'");
  add("CurrencyUnknown", "invalid_field", "currency", with(R"("currency":"QQQ")"),
      proto + "currency: 'QQQ'");
  add("DescriptionTooLong", "invalid_field", "description",
      with(absl::StrCat(R"("description":")", Long(kMaxDescriptionBytes + 1), "\"")),
      absl::StrCat(proto, "description: '", Long(kMaxDescriptionBytes + 1), "'"));
  add("Misspelt", "unknown_field", "relase_at", with(R"("relase_at":"2030-01-01T00:00:00Z")"), "");
  return cases;
}

}  // namespace

std::vector<Case> ErrorCases() {
  std::vector<Case> cases = CasesOfWrites();
  const std::vector<Case> others = {
      {"NotJson", "malformed_request", "", 400, "POST /charge", "{"},
      {"NoBody", "malformed_request", "", 400, "POST /charge", ""},
      {"JsonIsNoObject", "malformed_request", "", 400, "POST /withdraw", "[1]"},
      {"TwoDocuments", "malformed_request", "", 400, "POST /charge", "{}{}"},
      {"OperationOfNoKind", "malformed_request", "", 0, "", "", "", " "},
      {"RepeatedMember", "", "amount", 400, "POST /charge",
       R"({"user_id":1,"amount":5,"amount":6,"idempotency_key":"k"})"},
      {"ReleaseOnWithdraw", "unknown_field", "release_at", 400, "POST /withdraw",
       R"({"user_id":1,"amount":5,"idempotency_key":"k","release_at":"2030-01-01T00:00:00Z"})",
       "application/json", "withdraw { user_id: 1 amount: 5 idempotency_key: 'k' release_at: 5 }"},
      {"DestinationOnCharge", "unknown_field", "destination", 400, "POST /charge",
       R"({"user_id":1,"amount":5,"idempotency_key":"k","destination":"x"})", "application/json",
       "charge { user_id: 1 amount: 5 idempotency_key: 'k' destination: 'x' }"},
      {"ReleaseIsNoInstant", "invalid_field", "release_at", 400, "POST /charge",
       R"({"user_id":1,"amount":5,"idempotency_key":"k","release_at":"tomorrow"})"},
      {"ReleaseWithoutZone", "invalid_field", "release_at", 400, "POST /charge",
       R"({"user_id":1,"amount":5,"idempotency_key":"k","release_at":"2030-01-01T00:00:00"})"},
      {"ReleaseTooFine", "invalid_field", "release_at", 400, "POST /charge",
       R"({"user_id":1,"amount":5,"idempotency_key":"k","release_at":"2030-01-01T00:00:00.1234567Z"})"},
      {"ReleaseBefore1970", "invalid_field", "release_at", 400, "POST /charge",
       R"({"user_id":1,"amount":5,"idempotency_key":"k","release_at":"1969-12-31T23:59:59Z"})",
       "application/json", "charge { user_id: 1 amount: 5 idempotency_key: 'k' release_at: -1 }"},
      {"ReleaseAfter9999", "invalid_field", "release_at", 400, "POST /charge",
       R"({"user_id":1,"amount":5,"idempotency_key":"k","release_at":"10000-01-01T00:00:00Z"})",
       "application/json",
       "charge { user_id: 1 amount: 5 idempotency_key: 'k' release_at: 253402300800000000 }"},
      {"KeyIsNotUtf8", "invalid_field", "idempotency_key", 0, "", "", "",
       R"(charge { user_id: 1 amount: 5 idempotency_key: '\377' })"},
      {"AmountOverflowsTheTotal", "amount_out_of_range", "amount", 400, "POST /charge",
       R"({"user_id":1,"amount":1,"idempotency_key":"k","currency":"EUR"})", "application/json",
       "charge { user_id: 1 amount: 1 idempotency_key: 'k' currency: 'EUR' }"},
      {"BalanceTooSmall", "insufficient_balance", "amount", 400, "POST /withdraw",
       R"({"user_id":1,"amount":5001,"idempotency_key":"k"})", "application/json",
       "withdraw { user_id: 1 amount: 5001 idempotency_key: 'k' }"},
      {"BalanceOfAnotherCurrency", "insufficient_balance", "amount", 400, "POST /withdraw",
       R"({"user_id":1,"amount":1,"idempotency_key":"k","currency":"JPY"})", "application/json",
       "withdraw { user_id: 1 amount: 1 idempotency_key: 'k' currency: 'JPY' }"},
      {"BalanceOfNobody", "insufficient_balance", "amount", 400, "POST /withdraw",
       R"({"user_id":999,"amount":1,"idempotency_key":"k"})", "application/json",
       "withdraw { user_id: 999 amount: 1 idempotency_key: 'k' }"},
      {"Duplicate", "duplicate_request", "idempotency_key", 409, "POST /charge",
       R"({"user_id":1,"amount":5000,"idempotency_key":"c1"})", "application/json",
       "charge { user_id: 1 amount: 5000 idempotency_key: 'c1' }"},
      {"DuplicateWithTheDefaultNamed", "duplicate_request", "idempotency_key", 409, "POST /charge",
       R"({"user_id":1,"amount":"5000","idempotency_key":"c1","currency":"USD","release_at":null})",
       "application/json",
       "charge { user_id: 1 amount: 5000 idempotency_key: 'c1' currency: 'USD' }"},
      {"DuplicateWithAnotherOffset", "duplicate_request", "idempotency_key", 409, "POST /charge",
       R"({"user_id":1,"amount":700,"idempotency_key":"c2","release_at":"9999-06-01T01:00:00+01:00"})",
       "application/json",
       "charge { user_id: 1 amount: 700 idempotency_key: 'c2' release_at: 253383811200000000 }"},
      {"DuplicateBeforeOutOfRange", "duplicate_request", "", 409, "POST /charge",
       R"({"user_id":1,"amount":9223372036854775807,"idempotency_key":"max","currency":"EUR"})",
       "application/json",
       "charge { user_id: 1 amount: 9223372036854775807 idempotency_key: 'max' currency: 'EUR' }"},
      {"ReusedForAnotherAmount", "idempotency_key_reused", "idempotency_key", 409, "POST /charge",
       R"({"user_id":1,"amount":5001,"idempotency_key":"c1"})", "application/json",
       "charge { user_id: 1 amount: 5001 idempotency_key: 'c1' }"},
      {"ReusedForAnotherCurrency", "idempotency_key_reused", "", 409, "POST /charge",
       R"({"user_id":1,"amount":5000,"idempotency_key":"c1","currency":"JPY"})", "application/json",
       "charge { user_id: 1 amount: 5000 idempotency_key: 'c1' currency: 'JPY' }"},
      {"ReusedForAnotherRelease", "idempotency_key_reused", "", 409, "POST /charge",
       R"({"user_id":1,"amount":5000,"idempotency_key":"c1","release_at":"2024-01-01T00:00:00Z"})",
       "application/json",
       "charge { user_id: 1 amount: 5000 idempotency_key: 'c1' release_at: 1 }"},
      {"ReusedForADescription", "idempotency_key_reused", "", 409, "POST /charge",
       R"({"user_id":1,"amount":5000,"idempotency_key":"c1","description":""})", "application/json",
       "charge { user_id: 1 amount: 5000 idempotency_key: 'c1' description: '' }"},
      {"ReusedForAnotherType", "idempotency_key_reused", "", 409, "POST /withdraw",
       R"({"user_id":1,"amount":5000,"idempotency_key":"c1"})", "application/json",
       "withdraw { user_id: 1 amount: 5000 idempotency_key: 'c1' }"},
      {"BalanceWithoutUser", "missing_field", "user_id", 400, "GET /balance", "", "",
       "get_balance {}"},
      {"BalanceOfUserZero", "invalid_field", "user_id", 400, "GET /balance?user_id=0", "", "",
       "get_balance { user_id: 0 }"},
      {"BalanceOfUserText", "invalid_field", "user_id", 400, "GET /balance?user_id=1x", "", ""},
      {"BalanceOfNoCurrency", "invalid_field", "currency", 400,
       "GET /balance?user_id=1&currency=dollar", "", "",
       "get_balance { user_id: 1 currency: 'dollar' }"},
      {"BalanceAtNoInstant", "invalid_field", "at", 400, "GET /balance?user_id=1&at=tomorrow", "",
       ""},
      {"BalanceBefore1970", "invalid_field", "at", 400,
       "GET /balance?user_id=1&at=1969-12-31T23:59:59Z", "", "",
       "get_balance { user_id: 1 at: -1 }"},
      {"BalanceAfter9999", "invalid_field", "at", 400,
       "GET /balance?user_id=1&at=10000-01-01T00:00:00Z", "", "",
       "get_balance { user_id: 1 at: 253402300800000000 }"},
      {"ScheduleZero", "invalid_field", "schedule", 400, "GET /balance?user_id=1&schedule=0", "",
       "", "get_balance { user_id: 1 schedule: 0 }"},
      {"ScheduleTooLong", "invalid_field", "schedule", 400, "GET /balance?user_id=1&schedule=1001",
       "", "", "get_balance { user_id: 1 schedule: 1001 }"},
      {"ScheduleOfThePast", "invalid_field", "schedule", 400,
       "GET /balance?user_id=1&at=2000-01-01T00:00:00Z&schedule=5", "", "",
       "get_balance { user_id: 1 at: 946684800000000 schedule: 5 }"},
      {"ChangesAfterNoPosition", "invalid_field", "after", 400, "GET /changes?after=5", "", "",
       "list_changes { after: '5' }"},
      {"ChangesAfterNothing", "invalid_field", "after", 400, "GET /changes?after=", "", "",
       "list_changes { after: '' }"},
      {"ChangesOfAnotherLedger", "invalid_field", "after", 400, "GET /changes?after=zzzzzzzz-1", "",
       "", "list_changes { after: 'zzzzzzzz-1' }"},
      {"ChangesLimitZero", "invalid_field", "limit", 400, "GET /changes?limit=0", "", "",
       "list_changes { limit: 0 }"},
      {"ChangesLimitTooLarge", "invalid_field", "limit", 400, "GET /changes?limit=1001", "", "",
       "list_changes { limit: 1001 }"},
      {"ChangesOfAUser", "unknown_field", "user_id", 400, "GET /changes?user_id=1", "", ""},
      {"PostOnChanges", "method_not_allowed", "", 405, "POST /changes", "{}"},
      {"MisspeltParameter", "unknown_field", "usr", 400, "GET /balance?user_id=1&usr=1", "", ""},
      {"RepeatedParameter", "", "user_id", 400, "GET /balance?user_id=1&user_id=1", "", ""},
      {"BadEscape", "malformed_request", "", 400, "GET /balance?user_id=%zz", "", ""},
      {"LimitZero", "invalid_field", "limit", 400, "GET /transactions?user_id=1&limit=0", "", "",
       "list_transactions { user_id: 1 limit: 0 }"},
      {"LimitTooLarge", "invalid_field", "limit", 400, "GET /transactions?user_id=1&limit=1001", "",
       "", "list_transactions { user_id: 1 limit: 1001 }"},
      {"PageZero", "invalid_field", "page", 400, "GET /transactions?user_id=1&page=0", "", "",
       "list_transactions { user_id: 1 page: 0 }"},
      {"BeforeZero", "invalid_field", "before_id", 400, "GET /transactions?user_id=1&before_id=0",
       "", "", "list_transactions { user_id: 1 before_id: 0 }"},
      {"AfterNegative", "invalid_field", "after_id", 400, "GET /transactions?user_id=1&after_id=-1",
       "", "", "list_transactions { user_id: 1 after_id: -1 }"},
      {"PageAndBefore", "invalid_field", "", 400, "GET /transactions?user_id=1&page=1&before_id=5",
       "", "", "list_transactions { user_id: 1 page: 1 before_id: 5 }"},
      {"ListWithoutUser", "missing_field", "user_id", 400, "GET /transactions", "", "",
       "list_transactions {}"},
      {"TransactionWithoutName", "missing_field", "", 400, "GET /transaction?user_id=1", "", "",
       "get_transaction { user_id: 1 }"},
      {"TransactionWithTwoNames", "invalid_field", "", 400,
       "GET /transaction?user_id=1&id=1&idempotency_key=c1", "", "",
       "get_transaction { user_id: 1 id: 1 idempotency_key: 'c1' }"},
      {"NoSuchId", "transaction_not_found", "", 404, "GET /transaction?user_id=1&id=999", "", "",
       "get_transaction { user_id: 1 id: 999 }"},
      {"NoSuchKey", "transaction_not_found", "", 404,
       "GET /transaction?user_id=1&idempotency_key=never", "", "",
       "get_transaction { user_id: 1 idempotency_key: 'never' }"},
      {"AnotherUsersKey", "transaction_not_found", "", 404,
       "GET /transaction?user_id=2&idempotency_key=c1", "", "",
       "get_transaction { user_id: 2 idempotency_key: 'c1' }"},
      {"NoSuchPath", "not_found", "", 404, "GET /accounts", "", ""},
      {"PathIsExact", "not_found", "", 404, "GET /balance/?user_id=1", "", ""},
      {"GetOnCharge", "method_not_allowed", "", 405, "GET /charge", "", ""},
      {"PutOnCharge", "method_not_allowed", "", 405, "PUT /charge", "{}"},
      {"PostOnBalance", "method_not_allowed", "", 405, "POST /balance?user_id=1", "{}"},
      {"FormBody", "unsupported_media_type", "", 415, "POST /charge",
       R"({"user_id":1,"amount":5,"idempotency_key":"k"})", "text/plain"},
      {"NoContentType", "unsupported_media_type", "", 415, "POST /withdraw",
       R"({"user_id":1,"amount":5,"idempotency_key":"k"})", ""},
      {"BodyTooLarge", "body_too_large", "", 413, "POST /charge",
       absl::StrCat(R"({"description":")", Long(kMaxHttpBodyBytes), "\"}")},
  };
  cases.insert(cases.end(), others.begin(), others.end());
  return cases;
}

}  // namespace wallet::e2e
