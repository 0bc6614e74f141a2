#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tools/walletctl/output.h"

namespace wallet {
namespace {

namespace json = boost::json;

void PutText(json::object& object, const char* name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

json::object ToJson(const client::Transaction& transaction) {
  json::object object;
  object["id"] = transaction.id;
  object["user_id"] = transaction.user_id;
  object["currency"] = transaction.currency;
  object["type"] = transaction.type;
  object["amount"] = transaction.amount;
  object["status"] = transaction.status;
  PutText(object, "substatus", transaction.substatus);
  object["idempotency_key"] = transaction.idempotency_key;
  PutText(object, "reference", transaction.reference);
  if (transaction.destination) object["destination"] = *transaction.destination;
  if (transaction.description) object["description"] = *transaction.description;
  if (transaction.related_id) object["related_id"] = *transaction.related_id;
  object["created_at"] = FormatRfc3339(transaction.created_at);
  object["updated_at"] = FormatRfc3339(transaction.updated_at);
  if (transaction.release_at) object["release_at"] = FormatRfc3339(*transaction.release_at);
  PutText(object, "failure_code", transaction.failure_code);
  PutText(object, "failure_message", transaction.failure_message);
  return object;
}

json::object ToJson(const client::Balance& balance) {
  return {{"total", balance.total},
          {"withdrawable", balance.withdrawable},
          {"unreleased", balance.unreleased},
          {"held", balance.held},
          {"currency", balance.currency}};
}

json::array ToJson(const std::vector<client::Release>& schedule) {
  json::array releases;
  for (const client::Release& each : schedule) {
    releases.push_back(
        json::object{{"release_at", FormatRfc3339(each.release_at)}, {"amount", each.amount}});
  }
  return releases;
}

json::object ErrorObject(const client::Answer& answer) {
  json::object error{{"code", client::ToString(answer.code)}, {"message", answer.message}};
  PutText(error, "field", answer.field);
  return {{"error", std::move(error)}};
}

}  // namespace

std::string JsonOf(const client::WriteAnswer& answer) {
  json::object object = answer.ok() ? json::object() : ErrorObject(answer);
  if (answer.ok()) object["replayed"] = answer.replayed;
  if (answer.transaction) object["transaction"] = ToJson(*answer.transaction);
  if (answer.balance) object["balance"] = ToJson(*answer.balance);
  PutText(object, "position", answer.position);
  return json::serialize(object);
}

std::string JsonOf(const client::BalanceAnswer& answer) {
  json::object object = ToJson(answer.balance);
  if (answer.at) object["at"] = FormatRfc3339(*answer.at);
  if (!answer.schedule.empty()) object["schedule"] = ToJson(answer.schedule);
  PutText(object, "position", answer.position);
  return json::serialize(object);
}

std::string JsonOf(const client::TransactionAnswer& answer) {
  return json::serialize(ToJson(*answer.transaction));
}

std::string JsonOf(const client::PageAnswer& answer) {
  json::array rows;
  for (const client::Transaction& each : answer.transactions) rows.push_back(ToJson(each));
  json::object object{{"transactions", std::move(rows)}, {"total", answer.total}};
  object["next"] = nullptr;
  if (answer.next) object["next"] = *answer.next;
  return json::serialize(object);
}

std::string JsonLinesOf(const client::ChangesAnswer& answer) {
  std::string lines;
  for (const client::Change& each : answer.changes) {
    lines += json::serialize(
        json::object{{"position", each.position}, {"transaction", ToJson(each.transaction)}});
    lines += '\n';
  }
  return lines;
}

std::string JsonOf(const client::HealthAnswer& answer) {
  json::object withdrawals;
  for (const auto& [substatus, count] : answer.by_substatus) withdrawals[substatus] = count;
  return json::serialize(json::object{{"status", answer.status},
                                      {"version", answer.version},
                                      {"epoch", answer.epoch},
                                      {"bank", answer.bank},
                                      {"bank_paused", answer.bank_paused},
                                      {"queue_length", answer.queue_length},
                                      {"queue_capacity", answer.queue_capacity},
                                      {"withdrawals", std::move(withdrawals)},
                                      {"position", answer.position},
                                      {"uptime_s", answer.uptime_s},
                                      {"rate_limited", answer.rate_limited}});
}

std::string ErrorJson(const client::Answer& answer) { return json::serialize(ErrorObject(answer)); }

}  // namespace wallet
