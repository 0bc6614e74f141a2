#include "net/http/answers.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "net/position_token.h"

namespace wallet {
namespace {

namespace json = boost::json;

// What clients are told to wait; the true time is not known.
constexpr int kRetryAfterSeconds = 1;

json::string_view Json(std::string_view text) { return {text.data(), text.size()}; }

void PutIfPresent(json::object& object, const char* name,
                  const std::optional<std::string_view>& text) {
  if (text) object[name] = Json(*text);
}

json::object TransactionJson(const Transaction& transaction) {
  json::object object;
  object["id"] = transaction.id.value();
  object["user_id"] = transaction.user.value();
  object["currency"] = transaction.currency.ToString();
  object["type"] = Json(ToString(transaction.type));
  object["amount"] = transaction.amount.value();
  object["status"] = Json(ToString(transaction.status()));
  const bool withdrawal = transaction.substatus != Substatus::kNone;
  if (withdrawal) object["substatus"] = Json(ToString(transaction.substatus));
  object["idempotency_key"] = Json(transaction.key);
  if (withdrawal) {
    object["reference"] = Reference(transaction.epoch, transaction.user, transaction.id);
  }
  PutIfPresent(object, "destination", transaction.destination);
  PutIfPresent(object, "description", transaction.description);
  if (transaction.related_id) object["related_id"] = transaction.related_id->value();
  object["created_at"] = FormatRfc3339(transaction.created_at);
  object["updated_at"] = FormatRfc3339(transaction.updated_at);
  if (transaction.release_at) object["release_at"] = FormatRfc3339(*transaction.release_at);
  if (!transaction.failure_code.empty()) {
    object["failure_code"] = Json(transaction.failure_code);
  }
  if (!transaction.failure_message.empty()) {
    object["failure_message"] = Json(transaction.failure_message);
  }
  return object;
}

json::object BalanceJson(const Balance& balance, Currency currency) {
  return {{"total", balance.total.value()},
          {"withdrawable", balance.withdrawable.value()},
          {"unreleased", balance.unreleased.value()},
          {"held", balance.held.value()},
          {"currency", currency.ToString()}};
}

json::object ErrorJson(Outcome outcome, std::string_view field, std::string_view message) {
  json::object error;
  error["code"] = Json(Code(outcome));
  error["message"] = Json(message.empty() ? DefaultMessage(outcome) : message);
  if (!field.empty()) error["field"] = Json(field);
  return {{"error", std::move(error)}};
}

void PutWritten(json::object& object, const Result& result, Epoch epoch) {
  if (result.transaction) object["transaction"] = TransactionJson(*result.transaction);
  if (result.balance) object["balance"] = BalanceJson(*result.balance, result.currency);
  object["position"] = FormatPositionToken(epoch, result.position);
}

json::object WriteJson(CallKind kind, const Result& result, Epoch epoch) {
  json::object object;
  if (kind == CallKind::kCharge) object["message"] = "charged";
  if (kind == CallKind::kWithdraw) object["message"] = "withdrawal request submitted";
  if (kind == CallKind::kResolve) object["message"] = "withdrawal resolved";
  object["idempotency_key"] = Json(result.transaction->key);
  if (kind != CallKind::kCharge) object["status"] = Json(ToString(result.transaction->status()));
  PutWritten(object, result, epoch);
  return object;
}

json::object PageJson(const Call& call, const Page& page) {
  const bool withdrawals = call.kind == CallKind::kWithdrawals;
  json::array rows;
  rows.reserve(page.transactions.size());
  for (const Transaction& transaction : page.transactions) {
    rows.push_back(TransactionJson(transaction));
  }
  json::object object;
  object[withdrawals ? "withdrawals" : "transactions"] = std::move(rows);
  object["total"] = page.total;
  if (withdrawals) return object;
  const auto& list = std::get<ListTransactions>(call.operation);
  if (list.order == ListOrder::kPage) object["page"] = list.page;
  object["limit"] = list.limit;
  object["next"] = page.next ? json::value(*page.next) : json::value(nullptr);
  return object;
}

json::object ResultJson(const Call& call, const Result& result, Epoch epoch) {
  json::object object;
  switch (call.kind) {
    case CallKind::kCharge:
    case CallKind::kWithdraw:
    case CallKind::kResolve:
      return WriteJson(call.kind, result, epoch);
    case CallKind::kBalance:
      object = BalanceJson(*result.balance, result.currency);
      break;
    case CallKind::kTransaction:
      return TransactionJson(*result.transaction);
    default:
      return PageJson(call, *result.page);
  }
  object["position"] = FormatPositionToken(epoch, result.position);
  return object;
}

HttpAnswer Answer(Outcome outcome, const json::object& body) {
  HttpAnswer answer{.status = StatusFor(outcome), .body = json::serialize(body)};
  if (answer.status == 429 || answer.status == 503) answer.retry_after_s = kRetryAfterSeconds;
  return answer;
}

}  // namespace

int StatusFor(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return 200;
    case Outcome::kMalformedRequest:
    case Outcome::kMissingField:
    case Outcome::kInvalidField:
    case Outcome::kUnknownField:
    case Outcome::kAmountOutOfRange:
    case Outcome::kInsufficientBalance:
      return 400;
    case Outcome::kNotFound:
    case Outcome::kTransactionNotFound:
      return 404;
    case Outcome::kMethodNotAllowed:
      return 405;
    case Outcome::kDuplicateRequest:
    case Outcome::kIdempotencyKeyReused:
    case Outcome::kIllegalTransition:
      return 409;
    case Outcome::kBodyTooLarge:
      return 413;
    case Outcome::kUnsupportedMediaType:
      return 415;
    case Outcome::kRateLimited:
      return 429;
    case Outcome::kShuttingDown:
    case Outcome::kOverloaded:
    case Outcome::kStorageFull:
    case Outcome::kQueueFull:
      return 503;
    case Outcome::kOutcomeUnknown:
      return 504;
    case Outcome::kInternal:
      return 500;
  }
  return 500;
}

HttpAnswer AnswerRefusal(const Refusal& refusal) {
  return Answer(refusal.outcome, ErrorJson(refusal.outcome, refusal.field, refusal.message));
}

HttpAnswer AnswerCall(const Call& call, const Result& result, Epoch epoch) {
  if (result.outcome == Outcome::kOk) {
    return Answer(Outcome::kOk, ResultJson(call, result, epoch));
  }
  json::object body = ErrorJson(result.outcome, result.field, result.message);
  if (result.outcome == Outcome::kDuplicateRequest) PutWritten(body, result, epoch);
  return Answer(result.outcome, body);
}

HttpAnswer AnswerHealth(const Health& health, const Engine& engine, const std::string& version) {
  json::object withdrawals;
  for (int i = 1; i < kSubstatusCount; ++i) {
    const Substatus substatus = static_cast<Substatus>(i);
    if (StatusOf(substatus) != Status::kPending) continue;
    withdrawals[Json(ToString(substatus))] = health.by_substatus[i];
  }
  json::object body;
  body["status"] = Json(ToString(health.condition));
  body["version"] = version;
  body["epoch"] = engine.epoch().ToString();
  body["bank"] = Json(engine.bank_name());
  body["queue_length"] = health.queue_length;
  body["queue_capacity"] = health.queue_capacity;
  body["withdrawals"] = std::move(withdrawals);
  body["position"] = FormatPositionToken(engine.epoch(), health.position);
  body["uptime_s"] = health.uptime_us / kMicrosPerSecond;
  return Answer(health.condition == Condition::kStopping ? Outcome::kShuttingDown : Outcome::kOk,
                body);
}

}  // namespace wallet
