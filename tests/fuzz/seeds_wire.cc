#include "absl/strings/str_cat.h"
#include "net/codec.h"
#include "net/proto/frame.h"
#include "net/session_hello.h"
#include "tests/fuzz/resay.h"
#include "tests/fuzz/seeds.h"
#include "tests/support/currencies.h"
#include "wal/base/coding.h"

namespace wallet::fuzz {
namespace {

constexpr std::string_view kKey = "charge-2024-001";

std::vector<Operation> Operations() {
  return {
      Charge{UserId(123), kEur, Amount(5000), kKey, std::nullopt, std::nullopt},
      Charge{UserId(1), kEur, Amount(INT64_MAX), "k", Instant(1'705'320'000'250'000), "für März"},
      Withdraw{UserId(INT64_MAX), kEur, Amount(1), kKey, "DE02 1203", ""},
      ReadBalance{UserId(7), kEur},
      ReadTransaction{UserId(7), TransactionId(45), ""},
      ReadTransaction{UserId(7), std::nullopt, kKey},
      ListTransactions{UserId(7), kEur, ListOrder::kPage, 2, TransactionId(), 10},
      ListTransactions{UserId(7), std::nullopt, ListOrder::kBefore, 1, TransactionId(9), 1000},
      ListTransactions{UserId(7), std::nullopt, ListOrder::kAfter, 1, TransactionId(0), 1},
      ListWithdrawals{UserId(7), Substatus::kReview, 10},
      ListWithdrawals{std::nullopt, std::nullopt, 5},
      Advance{.user = UserId(7),
              .id = TransactionId(3),
              .step = BankStep::kResolvePaid,
              .message = "seen on the statement"},
  };
}

std::string Framed(FrameKind kind, uint64_t id, std::string_view body) {
  std::string frame;
  AppendFrameHeader({static_cast<uint32_t>(body.size()), kind, id}, frame);
  return frame.append(body);
}

std::string LargestFrame(uint16_t bytes) {
  std::string number;
  PutFixed(number, bytes);
  return number;
}

std::string HelloBytes(uint32_t least, uint32_t most, const std::string& credentials) {
  v1::Hello hello;
  hello.set_min_version(least);
  hello.set_max_version(most);
  hello.set_credentials(credentials);
  hello.set_client("demo");
  return hello.SerializeAsString();
}

void AddRequests(SeedList& seeds) {
  std::string all, frames = LargestFrame(4096);
  for (const Operation& operation : Operations()) {
    const std::string said = SayInBinary(operation);
    seeds.Add("request", said);
    all += said;
    frames += Framed(FrameKind::kRequest, frames.size(), said);
  }
  seeds.Add("request", all);
  v1::Request health;
  health.set_timeout_ms(1000);
  health.add_operations()->mutable_get_health();
  seeds.Add("request", health.SerializeAsString());
  v1::Request errands;
  errands.add_operations()->mutable_admin()->mutable_create_snapshot();
  errands.add_operations()->mutable_admin()->mutable_get_snapshot()->set_ticket(3);
  errands.add_operations()->mutable_admin()->mutable_list_snapshots();
  v1::CreateBackup& backup = *errands.add_operations()->mutable_admin()->mutable_create_backup();
  backup.set_directory("/sets/tuesday");
  backup.set_earlier("/sets/monday");
  backup.set_token(7);
  errands.add_operations()->mutable_admin()->mutable_get_backup();
  errands.add_operations()->mutable_admin()->mutable_cancel_backup();
  seeds.Add("request", errands.SerializeAsString());
  seeds.Add("frame", frames);
}

void AddHellos(SeedList& seeds) {
  const std::string hello = HelloBytes(1, 1, "");
  for (const auto& bytes : {hello, HelloBytes(2, 3, ""), HelloBytes(0, 9, "secret")}) {
    seeds.Add("hello", bytes);
  }
  seeds.Add("frame", LargestFrame(64) + Framed(FrameKind::kHello, 0, hello));
  seeds.Add("frame", LargestFrame(16) + Framed(FrameKind::kGoodbye, 0, "too long"));
}

void AddHttp(SeedList& seeds) {
  constexpr std::string_view kHead = " HTTP/1.1\r\nHost: localhost\r\n";
  std::string connection;
  for (const Operation& operation : Operations()) {
    const HttpSaying said = SayOverHttp(operation);
    const std::string type = said.body.empty() ? "" : "application/json";
    seeds.Add("http_call",
              absl::StrCat(said.method, "\n", said.target, "\n", type, "\n", said.body));
    const size_t question = said.target.find('?');
    if (question != std::string::npos) seeds.Add("query", said.target.substr(question + 1));
    if (!said.body.empty()) seeds.Add("json_body", said.body);

    std::string request = absl::StrCat(said.method, " ", said.target) + std::string(kHead);
    if (!type.empty()) {
      absl::StrAppend(&request, "Content-Type: ", type, "\r\nContent-Length: ", said.body.size(),
                      "\r\n");
    }
    absl::StrAppend(&request, "\r\n", said.body);
    seeds.Add("http_request", "\x07" + request);
    connection += request;
  }
  seeds.Add("http_request", "\x20" + connection);
  seeds.Add("http_request",
            "\x05POST /charge HTTP/1.1\r\nContent-Type: application/json; charset=utf-8\r\n"
            "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
            "a;x=\"y\"\r\n{\"user_id\"\r\n3\r\n:1}\r\n0\r\nTrailer: t\r\n\r\n");
  seeds.Add("http_request", "\x81HEAD /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  seeds.Add("http_request", "\xffGET /balance?user_id=1 HTTP/1.1\r\n folded: no\r\n\r\n");
}

void AddFields(SeedList& seeds) {
  for (
      const auto* body : {
          R"({"a":null,"b":true,"c":-0,"d":1e3,"e":5.0,"f":18446744073709551615,"g":[{}],"h":{"i":1}})",
          R"({"user_id":"123","user_id":1})",
          R"({"text":"\u00e9\ud83d\ude00\n\u0000"})",
          R"( {"release_at" : "2024-01-15T12:00:00+01:00" , "paid":false } )",
          "[1]",
          "{",
          "nul",
      }) {
    seeds.Add("json_body", body);
  }
  for (const auto* query : {"user_id=1&page=2&limit=3", "a=%41%zz", "=x", "a=1&a=2", "a+b=%20+%2B",
                            "idempotency_key=%E2%82%AC&", "lonely"}) {
    seeds.Add("query", query);
  }
  for (const auto* call : {"GET\n/nowhere\n\n", "PUT\n/charge\n\n", "POST\n/charge\ntext/plain\n{}",
                           "GET\n/health\n\n", "POST\n/charge?x=1\napplication/JSON ; q=1\n{}"}) {
    seeds.Add("http_call", call);
  }
}

v1::Transaction SampleTransaction(uint32_t substatus) {
  v1::Transaction transaction;
  transaction.set_id(2);
  transaction.set_user_id(123);
  transaction.set_currency("USD");
  transaction.set_type(substatus == 0 ? 1 : 2);
  transaction.set_substatus(substatus);
  transaction.set_amount(substatus == 0 ? 5000 : -5000);
  transaction.set_idempotency_key(std::string(kKey));
  transaction.set_created_at(1'700'000'000'000'000);
  transaction.set_updated_at(1'700'000'000'000'001);
  if (substatus > 0) transaction.set_epoch("k3v7qm2a");
  if (substatus == 7) transaction.set_failure_code("declined");
  return transaction;
}

void AddWritten(v1::Response& response, uint32_t substatus) {
  v1::Result& result = *response.add_results();
  *result.mutable_transaction() = SampleTransaction(substatus);
  v1::Balance& balance = *result.mutable_balance();
  balance.set_currency("USD");
  balance.set_total(10'000);
  balance.set_withdrawable(8'000);
  balance.set_unreleased(2'000);
  result.set_position(17);
}

void AddResponses(SeedList& seeds) {
  v1::Response written;
  for (uint32_t substatus = 0; substatus < kSubstatusCount; ++substatus) {
    AddWritten(written, substatus);
  }
  seeds.Add("client_response", written.SerializeAsString());

  v1::Response refused;
  for (const Outcome outcome : {Outcome::kInvalidField, Outcome::kDuplicateRequest}) {
    EncodeError(outcome, "amount", "", *refused.add_results()->mutable_error());
  }
  seeds.Add("client_response", refused.SerializeAsString());

  v1::Response read;
  v1::Page& page = *read.add_results()->mutable_page();
  *page.add_transactions() = SampleTransaction(0);
  *page.add_transactions() = SampleTransaction(7);
  page.set_total(45);
  page.set_next(2);
  v1::Health& health = *read.add_results()->mutable_health();
  health.set_status("ok");
  health.set_epoch("k3v7qm2a");
  for (int count = 0; count < kSubstatusCount; ++count) health.add_by_substatus(count);
  health.set_position(17);
  read.set_more(true);
  seeds.Add("client_response", read.SerializeAsString());
}

}  // namespace

std::vector<Seed> WireSeeds() {
  SeedList seeds;
  AddRequests(seeds);
  AddHellos(seeds);
  AddHttp(seeds);
  AddFields(seeds);
  AddResponses(seeds);
  return seeds.Take();
}

}  // namespace wallet::fuzz
