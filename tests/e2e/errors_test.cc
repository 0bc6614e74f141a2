// The contract's table of errors on a running server: one list of cases, through HTTP and through
// the binary protocol.

#include <google/protobuf/text_format.h>

#include "absl/strings/str_cat.h"
#include "engine/ledger/outcome.h"
#include "tests/e2e/error_cases.h"
#include "tests/e2e/fixture.h"
#include "tests/e2e/raw_client.h"
#include "tests/support/http_client.h"

namespace wallet::e2e {
namespace {

// What a case leaves empty it does not look at.
MATCHER_P(IsOrAny, text, text) { return text.empty() || arg == text; }

Outcome OutcomeOf(const std::string& code) {
  for (int number = 0; number < 256; ++number) {
    if (Code(static_cast<Outcome>(number)) == code) return static_cast<Outcome>(number);
  }
  throw std::runtime_error("no outcome is called " + code);
}

// All cases run on one server, since a refused request leaves no trace: each is followed by a look
// at everything there is.
class Errors : public ServerTest {
 protected:
  void SetUp() override {
    Start({"--bank-sim-latency", "0ms"});
    door_ = OpenHttp(server().http());
    client::Charge later = ChargeOf(1, 700, "c2");
    later.release_at = ParseRfc3339("9999-06-01T00:00:00Z");
    client::Charge most = ChargeOf(1, INT64_MAX, "max");
    most.currency = "EUR";
    ASSERT_THAT(door_->Do(ChargeOf(1, 5'000, "c1")), IsOk());
    ASSERT_THAT(door_->Do(later), IsOk());
    ASSERT_THAT(door_->Do(most), IsOk());
    before_ = Everything();
  }

  std::string Everything() {
    std::string all;
    for (const int64_t user : {1, 2, 999}) {
      for (const char* currency : {"USD", "EUR", "JPY"}) {
        const client::Balance b = door_->GetBalance(user, currency).balance;
        absl::StrAppend(&all, b.total, "=", b.withdrawable, "+", b.unreleased, "+", b.held, " ");
      }
      absl::StrAppend(&all, door_->List({.user_id = user}).total, "; ");
    }
    return all;
  }

  std::string before_;
  std::unique_ptr<Door> door_;
};

TEST_F(Errors, ThroughHttp) {
  HttpClient http(server().http());
  for (const Case& each : ErrorCases()) {
    if (each.call.empty()) continue;
    SCOPED_TRACE(each.name);
    const size_t space = each.call.find(' ');
    const HttpAnswer answer = http.Send(each.call.substr(0, space), each.call.substr(space + 1),
                                        each.body, each.content_type);
    EXPECT_EQ(answer.status, each.status) << answer.text;
    EXPECT_THAT(answer.ErrorCode(), IsOrAny(each.code)) << answer.text;
    EXPECT_THAT(answer.ErrorField(), IsOrAny(each.field)) << answer.text;
    EXPECT_TRUE(answer.body.is_object() && !answer.ErrorCode().empty()) << answer.text;
    EXPECT_THAT(answer.Header("content-type"), testing::StartsWith("application/json"));
    EXPECT_EQ(answer.Has("allow"), answer.status == 405);
    const bool duplicate = each.code == "duplicate_request";
    for (const char* part : {"transaction", "balance", "position"}) {
      EXPECT_EQ(answer.body.is_object() && answer.body.get_object().contains(part), duplicate)
          << part << " in " << answer.text;
    }
    EXPECT_EQ(Everything(), before_);
  }
}

TEST_F(Errors, ThroughTheBinaryProtocol) {
  RawClient raw(server().binary());
  for (const Case& each : ErrorCases()) {
    if (each.operation.empty() || each.code.empty()) continue;
    SCOPED_TRACE(each.name);
    v1::Operation operation;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(each.operation, &operation));
    const v1::Result result = raw.Call(operation);
    EXPECT_EQ(result.error().code(), static_cast<uint32_t>(OutcomeOf(each.code)))
        << result.ShortDebugString();
    EXPECT_THAT(result.error().field(), IsOrAny(each.field));
    EXPECT_NE(result.error().message(), "");
    const bool duplicate = each.code == "duplicate_request";
    EXPECT_EQ(result.has_transaction(), duplicate) << result.ShortDebugString();
    EXPECT_EQ(result.has_balance(), duplicate) << result.ShortDebugString();
    EXPECT_EQ(Everything(), before_);
  }
}

TEST_F(Errors, ARefusedKeyIsFree) {
  EXPECT_THAT(door_->Do(WithdrawOf(1, 5'001, "again")), IsCode(client::Code::kInsufficientBalance));
  EXPECT_THAT(door_->Do(ChargeOf(1, 1, "again")), IsOk());
}

// A request that allows no time at all is nearly always late: what is answered so left no trace.
TEST_F(Errors, WhatIsTooLateIsDroppedAndItsKeyIsFree) {
  RawClient raw(server().binary());
  int dropped = 0;
  for (int i = 0; i < 500; ++i) {
    const std::string key = absl::StrCat("late-", i);
    v1::Operation operation;
    operation.mutable_charge()->set_user_id(2);
    operation.mutable_charge()->set_amount(1);
    operation.mutable_charge()->set_idempotency_key(key);
    const v1::Result result = raw.Call(operation, 0);
    if (!result.has_error()) continue;
    ++dropped;
    EXPECT_EQ(result.error().code(), static_cast<uint32_t>(Outcome::kOverloaded));
    EXPECT_THAT(door_->GetTransaction(2, key), IsCode(client::Code::kTransactionNotFound));
  }
  EXPECT_GT(dropped, 0);
  EXPECT_EQ(door_->List({.user_id = 2}).total, 500 - dropped);
}

}  // namespace
}  // namespace wallet::e2e
