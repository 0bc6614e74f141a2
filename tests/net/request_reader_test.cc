#include "net/request_reader.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <variant>

#include "net/codec.h"
#include "net/limits.h"
#include "net/proto/wire_reader.h"
#include "tests/support/currencies.h"

namespace wallet {
namespace {

using Verdict = RequestReader::Verdict;

// What an operation was judged to be, in words.
struct Describe {
  std::string operator()(const Refusal& refusal) const {
    return std::string(Code(refusal.outcome)) + " " + std::string(refusal.field) + " " +
           refusal.message;
  }
  std::string operator()(const Operation& operation) const { return std::visit(*this, operation); }
  std::string operator()(const Charge& charge) const {
    return "charge " + Common(charge) + Number(charge.release_at);
  }
  std::string operator()(const Withdraw& withdraw) const {
    return "withdraw " + Common(withdraw) + Text(withdraw.destination);
  }
  std::string operator()(const ReadBalance& read) const {
    return "balance " + std::to_string(read.user.value()) + read.currency.ToString() +
           Number(read.at) + std::to_string(read.schedule);
  }
  std::string operator()(const ListTransactions& list) const {
    return "list " + std::to_string(list.user.value()) + " of " +
           (list.currency ? list.currency->ToString() : "all") + " in " +
           std::to_string(static_cast<int>(list.order)) + " from " + std::to_string(list.page) +
           ", " + std::to_string(list.from.value()) + " at most " + std::to_string(list.limit);
  }
  std::string operator()(const auto&) const { return "something else"; }

  template <class Write>
  static std::string Common(const Write& write) {
    return std::to_string(write.user.value()) + write.currency.ToString() +
           std::to_string(write.amount.value()) + std::string(write.key) + Text(write.description);
  }
  static std::string Text(std::optional<std::string_view> text) {
    return text ? "'" + std::string(*text) + "'" : "-";
  }
  static std::string Number(std::optional<Instant> instant) {
    return instant ? std::to_string(instant->value()) : "-";
  }
};

std::string ByMessages(const v1::Request& request) {
  std::string words = request.has_timeout_ms() ? std::to_string(request.timeout_ms()) : "none";
  for (const v1::Operation& operation : request.operations()) {
    if (operation.has_get_health() && CheckGetHealth(operation) == Outcome::kOk) {
      words += "|health";
    } else {
      words += "|" + std::visit(Describe(), Decode(operation, kUsd));
    }
  }
  return words;
}

std::string ByReader(const std::string& body) {
  google::protobuf::Arena arena;
  RequestReader reader(kUsd);
  const Verdict verdict = reader.Read(body, arena);
  if (verdict == Verdict::kUnreadable) return "unreadable";
  if (verdict == Verdict::kTooManyOperations) return "too many";
  std::string words = reader.timeout_ms() ? std::to_string(*reader.timeout_ms()) : "none";
  for (const Asked& asked : reader.asked()) {
    const bool refused = std::holds_alternative<Refusal>(asked.validated);
    words += "|" + (asked.kind == Asked::Kind::kHealth && !refused
                        ? "health"
                        : std::visit(Describe(), asked.validated));
  }
  return words;
}

v1::Operation ChargeOf(int64_t user) {
  v1::Operation operation;
  operation.mutable_charge()->set_user_id(user);
  operation.mutable_charge()->set_amount(5);
  operation.mutable_charge()->set_idempotency_key("k");
  return operation;
}

std::string Body(std::initializer_list<v1::Operation> operations) {
  v1::Request request;
  for (const v1::Operation& operation : operations) *request.add_operations() = operation;
  return request.SerializeAsString();
}

TEST(RequestReaderTest, EveryKindIsReadAsItsMessageSays) {
  v1::Request request;
  request.set_timeout_ms(250);
  *request.add_operations() = ChargeOf(7);
  v1::Write& withdraw = *request.add_operations()->mutable_withdraw();
  withdraw.set_user_id(INT64_MAX);
  withdraw.set_amount(1);
  withdraw.set_idempotency_key(std::string(255, 'k'));
  withdraw.set_destination("");
  request.add_operations()->mutable_get_balance()->set_user_id(3);
  v1::GetBalance& in_time = *request.add_operations()->mutable_get_balance();
  in_time.set_user_id(3);
  in_time.set_currency("EUR");
  in_time.set_at(77);
  in_time.set_schedule(2);
  request.add_operations()->mutable_get_health();
  request.add_operations()->mutable_list_transactions()->set_user_id(3);
  v1::ListTransactions& page = *request.add_operations()->mutable_list_transactions();
  page.set_user_id(4);
  page.set_currency("EUR");
  page.set_page(5);
  page.set_limit(6);
  v1::ListTransactions& before = *request.add_operations()->mutable_list_transactions();
  before.set_user_id(7);
  before.set_before_id(8);
  v1::ListTransactions& after = *request.add_operations()->mutable_list_transactions();
  after.set_user_id(9);
  after.set_after_id(10);
  request.add_operations();
  EXPECT_EQ(ByReader(request.SerializeAsString()), ByMessages(request));
}

TEST(RequestReaderTest, WritesAreToldFromReadsAndHealth) {
  google::protobuf::Arena arena;
  RequestReader reader(kUsd);
  v1::Operation resolve, balance, health;
  resolve.mutable_resolve();
  balance.mutable_get_balance();
  health.mutable_get_health();
  const std::string body = Body({ChargeOf(1), resolve, balance, health});
  ASSERT_EQ(reader.Read(body, arena), Verdict::kRead);
  ASSERT_EQ(reader.asked().size(), 4u);
  EXPECT_EQ(reader.asked()[0].kind, Asked::Kind::kWrite);
  EXPECT_EQ(reader.asked()[1].kind, Asked::Kind::kWrite);
  EXPECT_EQ(reader.asked()[2].kind, Asked::Kind::kRead);
  EXPECT_EQ(reader.asked()[3].kind, Asked::Kind::kHealth);
}

// Protobuf's rule: the last one counts. An operation like that takes the long way.
TEST(RequestReaderTest, AFieldThatStandsTwiceCountsAsItStandsLast) {
  v1::Write twice;
  std::string write = ChargeOf(1).charge().SerializeAsString();
  twice.set_amount(9);
  write += twice.SerializeAsString();
  std::string operation = {'\x0a', static_cast<char>(write.size())};
  operation += write;
  std::string body = {'\x0a', static_cast<char>(operation.size())};
  body += operation;
  v1::Request request;
  ASSERT_TRUE(request.ParseFromString(body));
  EXPECT_EQ(request.operations(0).charge().amount(), 9);
  EXPECT_EQ(ByReader(body), ByMessages(request));
}

TEST(RequestReaderTest, UnknownFieldsOfAnOperationAreRefused) {
  v1::Operation unknown = ChargeOf(1);
  unknown.mutable_charge()
      ->GetReflection()
      ->MutableUnknownFields(unknown.mutable_charge())
      ->AddVarint(15, 1);
  EXPECT_NE(ByReader(Body({unknown})).find("unknown_field"), std::string::npos);
  v1::Operation health;
  v1::GetHealth& inside = *health.mutable_get_health();
  inside.GetReflection()->MutableUnknownFields(&inside)->AddVarint(15, 1);
  EXPECT_NE(ByReader(Body({health})).find("unknown_field"), std::string::npos);
}

TEST(RequestReaderTest, OneBrokenOperationMakesTheBodyUnreadable) {
  std::string body = Body({ChargeOf(1)});
  body += std::string("\x0a\x02\x0a\x05", 4);  // a charge that ends beyond its operation
  EXPECT_EQ(ByReader(body), "unreadable");
}

TEST(RequestReaderTest, MoreOperationsThanAFrameMayHaveAreRefused) {
  v1::Request request;
  for (size_t i = 0; i < kMaxOperationsPerFrame; ++i) *request.add_operations() = ChargeOf(1);
  EXPECT_NE(ByReader(request.SerializeAsString()), "too many");
  *request.add_operations() = ChargeOf(1);
  EXPECT_EQ(ByReader(request.SerializeAsString()), "too many");
}

TEST(RequestReaderTest, MoreOperationsThanAFrameMayHaveAreRefusedTheLongWayToo) {
  v1::Request request;
  for (size_t i = 0; i < kMaxOperationsPerFrame; ++i) *request.add_operations() = ChargeOf(1);
  const auto body = [&] {
    // A field of a later version in front: not in the plain form.
    return std::string("\xf8\x06\x01", 3) + request.SerializeAsString();
  };
  EXPECT_NE(ByReader(body()), "too many");
  *request.add_operations() = ChargeOf(1);
  EXPECT_EQ(ByReader(body()), "too many");
}

TEST(RequestReaderTest, AnErrandOfALaterVersionIsRefused) {
  v1::Operation operation;
  operation.mutable_admin()->mutable_get_backup();
  const auto refused = [&] {
    google::protobuf::Arena arena;
    RequestReader reader(kUsd);
    EXPECT_EQ(reader.Read(Body({operation}), arena), Verdict::kRead);
    EXPECT_EQ(reader.asked()[0].kind, Asked::Kind::kAdmin);
    const auto* refusal = std::get_if<Refusal>(&reader.asked()[0].validated);
    return refusal != nullptr && refusal->outcome == Outcome::kUnknownField;
  };
  EXPECT_FALSE(refused());
  v1::GetBackup& inside = *operation.mutable_admin()->mutable_get_backup();
  inside.GetReflection()->MutableUnknownFields(&inside)->AddVarint(15, 1);
  EXPECT_TRUE(refused());
}

TEST(WireReaderTest, AfterAFailureThereIsNothingMore) {
  WireReader reader(std::string_view("\x0b\x08\x01", 3));  // a group, then field 1
  WireReader::Field field;
  EXPECT_FALSE(reader.Next(field, 0));
  EXPECT_TRUE(reader.failed());
  EXPECT_FALSE(reader.Next(field, 0));
}

// Real bodies with bytes changed, cut and added: what is readable, and as what, is what Protobuf
// says.
RC_GTEST_PROP(RequestReaderProperty, ReadsWhatProtobufReads, (std::string noise)) {
  v1::Operation full = ChargeOf(*rc::gen::arbitrary<int64_t>());
  full.mutable_charge()->set_release_at(*rc::gen::arbitrary<int64_t>());
  full.mutable_charge()->set_currency("EUR");
  full.mutable_charge()->set_description("d");
  v1::Operation balance;
  balance.mutable_get_balance()->set_user_id(*rc::gen::arbitrary<int64_t>());
  v1::Operation list;
  list.mutable_list_transactions()->set_user_id(*rc::gen::arbitrary<int64_t>());
  list.mutable_list_transactions()->set_currency("EUR");
  list.mutable_list_transactions()->set_limit(*rc::gen::arbitrary<int64_t>());
  list.mutable_list_transactions()->set_before_id(*rc::gen::arbitrary<int64_t>());
  std::string body = Body({full, balance, list});
  const auto place = *rc::gen::inRange<size_t>(0, body.size() + 1);
  const auto cut = *rc::gen::inRange<size_t>(0, 4);
  body = body.substr(0, place) + noise + body.substr(std::min(body.size(), place + cut));
  v1::Request request;
  const bool readable = request.ParseFromString(body);
  RC_ASSERT(ByReader(body) == (readable ? ByMessages(request) : "unreadable"));
}

}  // namespace
}  // namespace wallet
