// The HTTP face: what the contract says in JSON, read back into the client library's structs.

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/e2e/door.h"
#include "tests/support/http_client.h"

namespace wallet::e2e {
namespace {

namespace json = boost::json;
using client::Code;

Code ParseCode(const std::string& name) {
  for (int number = 0; number < 256; ++number) {
    const Code code = static_cast<Code>(number);
    if (ToString(code) == name) return code;
  }
  return Code::kInternal;
}

const json::value* Member(const json::value& value, const char* name) {
  return value.is_object() ? value.get_object().if_contains(name) : nullptr;
}

int64_t Integer(const json::value& value, const char* name) {
  const json::value* member = Member(value, name);
  return member != nullptr && member->is_int64() ? member->get_int64() : 0;
}

std::optional<int64_t> OptionalInteger(const json::value& value, const char* name) {
  const json::value* member = Member(value, name);
  if (member == nullptr || !member->is_int64()) return std::nullopt;
  return member->get_int64();
}

std::optional<std::string> OptionalText(const json::value& value, const char* name) {
  const json::value* member = Member(value, name);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return std::string(member->get_string().data(), member->get_string().size());
}

std::string Text(const json::value& value, const char* name) {
  return OptionalText(value, name).value_or("");
}

std::optional<Instant> OptionalTime(const json::value& value, const char* name) {
  const auto text = OptionalText(value, name);
  return text ? ParseRfc3339(*text) : std::nullopt;
}

// Empty when there is none.
json::array Array(const json::value& value, const char* name) {
  const json::value* member = Member(value, name);
  return member != nullptr && member->is_array() ? member->get_array() : json::array();
}

client::Transaction ToTransaction(const json::value& value) {
  client::Transaction transaction;
  transaction.id = Integer(value, "id");
  transaction.user_id = Integer(value, "user_id");
  transaction.currency = Text(value, "currency");
  transaction.type = Text(value, "type");
  transaction.status = Text(value, "status");
  transaction.substatus = Text(value, "substatus");
  transaction.amount = Integer(value, "amount");
  transaction.idempotency_key = Text(value, "idempotency_key");
  transaction.reference = Text(value, "reference");
  transaction.destination = OptionalText(value, "destination");
  transaction.description = OptionalText(value, "description");
  transaction.related_id = OptionalInteger(value, "related_id");
  transaction.created_at = OptionalTime(value, "created_at").value_or(Instant());
  transaction.updated_at = OptionalTime(value, "updated_at").value_or(Instant());
  transaction.release_at = OptionalTime(value, "release_at");
  transaction.failure_code = Text(value, "failure_code");
  transaction.failure_message = Text(value, "failure_message");
  return transaction;
}

client::Balance ToBalance(const json::value& value) {
  return {Text(value, "currency"), Integer(value, "total"), Integer(value, "withdrawable"),
          Integer(value, "unreleased"), Integer(value, "held")};
}

template <class Answer>
Answer ToAnswer(const HttpAnswer& http) {
  Answer answer;
  answer.position = Text(http.body, "position");
  if (http.status == 200) return answer;
  answer.code = http.status == 0 ? Code::kUnreachable : ParseCode(http.ErrorCode());
  answer.field = http.ErrorField();
  answer.message = http.text;
  return answer;
}

client::WriteAnswer ToWriteAnswer(const HttpAnswer& http) {
  auto answer = ToAnswer<client::WriteAnswer>(http);
  const json::value* transaction = Member(http.body, "transaction");
  if (transaction != nullptr) answer.transaction = ToTransaction(*transaction);
  const json::value* balance = Member(http.body, "balance");
  if (balance != nullptr) answer.balance = ToBalance(*balance);
  return answer;
}

template <class Write>
json::object CommonMembers(const Write& request) {
  json::object body;
  body["user_id"] = request.user_id;
  body["amount"] = request.amount;
  body["idempotency_key"] = request.idempotency_key;
  if (!request.currency.empty()) body["currency"] = request.currency;
  if (request.description) body["description"] = *request.description;
  return body;
}

class HttpDoor final : public Door {
 public:
  explicit HttpDoor(const std::string& address) : http_(address) {}

  client::WriteAnswer Do(const client::Charge& request) override {
    json::object body = CommonMembers(request);
    if (request.release_at) body["release_at"] = FormatRfc3339(*request.release_at);
    return ToWriteAnswer(Post("/charge", body));
  }

  client::WriteAnswer Do(const client::Withdraw& request) override {
    json::object body = CommonMembers(request);
    if (request.destination) body["destination"] = *request.destination;
    return ToWriteAnswer(Post("/withdraw", body));
  }

  client::BalanceAnswer GetBalance(int64_t user_id, const std::string& currency) override {
    return Read({.user_id = user_id, .currency = currency});
  }

  client::BalanceAnswer Read(const client::ReadBalance& request) override {
    const HttpAnswer http = Get(
        absl::StrCat("/balance?user_id=", request.user_id, Parameter("currency", request.currency),
                     request.at ? Parameter("at", FormatRfc3339(*request.at)) : "",
                     Parameter("schedule", request.schedule)));
    auto answer = ToAnswer<client::BalanceAnswer>(http);
    answer.balance = ToBalance(http.body);
    answer.at = OptionalTime(http.body, "at");
    for (const json::value& each : Array(http.body, "schedule")) {
      answer.schedule.push_back(
          {OptionalTime(each, "release_at").value_or(Instant()), Integer(each, "amount")});
    }
    return answer;
  }

  client::ChangesAnswer List(const client::ListChanges& request) override {
    const std::string after = Parameter("after", request.after);
    const std::string limit = Parameter("limit", request.limit);
    const HttpAnswer http = Get(
        absl::StrCat("/changes?", (after + limit).substr(after.empty() && limit.empty() ? 0 : 1)));
    auto answer = ToAnswer<client::ChangesAnswer>(http);
    answer.next = Text(http.body, "next");
    answer.end = Text(http.body, "end");
    for (const json::value& each : Array(http.body, "changes")) {
      answer.changes.push_back(
          {Text(each, "position"), ToTransaction(*Member(each, "transaction"))});
    }
    return answer;
  }

  client::TransactionAnswer GetTransaction(int64_t user_id, int64_t id) override {
    return ToTransactionAnswer(Get(absl::StrCat("/transaction?user_id=", user_id, "&id=", id)));
  }

  client::TransactionAnswer GetTransaction(int64_t user_id, const std::string& key) override {
    return ToTransactionAnswer(
        Get(absl::StrCat("/transaction?user_id=", user_id, "&idempotency_key=", key)));
  }

  client::PageAnswer List(const client::ListTransactions& request) override {
    const HttpAnswer http = Get(absl::StrCat(
        "/transactions?user_id=", request.user_id, Parameter("currency", request.currency),
        Parameter("page", request.page), Parameter("limit", request.limit),
        Parameter("before_id", request.before_id), Parameter("after_id", request.after_id)));
    auto answer = ToAnswer<client::PageAnswer>(http);
    answer.total = Integer(http.body, "total");
    answer.next = OptionalInteger(http.body, "next");
    const json::value* list = Member(http.body, "transactions");
    if (list == nullptr || !list->is_array()) return answer;
    for (const json::value& each : list->get_array()) {
      answer.transactions.push_back(ToTransaction(each));
    }
    return answer;
  }

  client::HealthAnswer GetHealth() override {
    const HttpAnswer http = Get("/health");
    auto answer = ToAnswer<client::HealthAnswer>(http);
    answer.status = Text(http.body, "status");
    answer.version = Text(http.body, "version");
    answer.epoch = Text(http.body, "epoch");
    answer.bank = Text(http.body, "bank");
    answer.queue_length = Integer(http.body, "queue_length");
    answer.queue_capacity = Integer(http.body, "queue_capacity");
    answer.uptime_s = Integer(http.body, "uptime_s");
    return answer;
  }

  std::optional<int> retry_after() const override { return retry_after_; }

 private:
  static std::string Parameter(std::string_view name, const std::string& value) {
    return value.empty() ? "" : absl::StrCat("&", std::string(name), "=", value);
  }
  static std::string Parameter(std::string_view name, std::optional<int64_t> value) {
    return value ? Parameter(name, absl::StrCat(*value)) : "";
  }

  static client::TransactionAnswer ToTransactionAnswer(const HttpAnswer& http) {
    auto answer = ToAnswer<client::TransactionAnswer>(http);
    if (answer.ok()) answer.transaction = ToTransaction(http.body);
    return answer;
  }

  HttpAnswer Get(const std::string& target) { return Noted(http_.Get(target)); }
  HttpAnswer Post(std::string_view target, const json::object& body) {
    return Noted(http_.Post(target, json::serialize(body)));
  }

  HttpAnswer Noted(HttpAnswer answer) {
    const std::string text = answer.Header("retry-after");
    int seconds = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
    retry_after_.reset();
    if (!text.empty() && parsed.ptr == text.data() + text.size()) retry_after_ = seconds;
    return answer;
  }

  HttpClient http_;
  std::optional<int> retry_after_;
};

}  // namespace

std::unique_ptr<Door> OpenHttp(const std::string& address) {
  return std::make_unique<HttpDoor>(address);
}

}  // namespace wallet::e2e
