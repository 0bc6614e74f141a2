#include "net/http/answers.h"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "net/proto/position_token.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

namespace json = boost::json;

// What clients are told to wait; the true time is not known.
constexpr int kRetryAfterSeconds = 1;
// Holds an answer about one transaction; a page takes more from the heap.
constexpr size_t kScratchBytes = 4 << 10;

json::string_view Json(std::string_view text) { return {text.data(), text.size()}; }

// Builds the members of one answer, in the order of the contract, in memory that is given back all
// at once.
class Builder {
 public:
  json::object Transaction(const wallet::Transaction& transaction);
  json::object Balance(const wallet::Balance& balance, Currency currency);
  void PutDetails(json::object& object, const BalanceDetails& details);
  json::object Error(Outcome outcome, std::string_view field, std::string_view message);
  json::object Written(CallKind kind, const Result& result, std::string_view epoch);
  json::object Page(const Call& call, const wallet::Page& page);
  json::object Changes(const ChangesPage& page, std::string_view epoch);
  json::object Health(const wallet::Health& health, const ServerIdentity& server);
  // What follows a write, done now or before.
  void PutState(json::object& object, const wallet::Transaction& transaction, const Result& result,
                std::string_view epoch);

 private:
  json::object Object(size_t members) {
    json::object object(&memory_);
    object.reserve(members);
    return object;
  }

  unsigned char scratch_[kScratchBytes];
  json::monotonic_resource memory_{scratch_, sizeof(scratch_)};
};

void PutText(json::object& object, const char* name, const std::optional<std::string_view>& text) {
  if (text) object[name] = Json(*text);
}

void PutTime(json::object& object, const char* name, const std::optional<Instant>& instant) {
  if (instant) object[name] = FormatRfc3339(*instant);
}

json::object Builder::Transaction(const wallet::Transaction& transaction) {
  json::object object = Object(17);
  const bool withdrawal = transaction.substatus != Substatus::kNone;
  object["id"] = transaction.id.value();
  object["user_id"] = transaction.user.value();
  object["currency"] = transaction.currency.ToString();
  object["type"] = Json(ToString(transaction.type));
  object["amount"] = transaction.amount.value();
  object["status"] = Json(ToString(transaction.status()));
  if (withdrawal) object["substatus"] = Json(ToString(transaction.substatus));
  object["idempotency_key"] = Json(transaction.key);
  if (withdrawal) {
    object["reference"] = Reference(transaction.epoch, transaction.user, transaction.id);
  }
  PutText(object, "destination", transaction.destination);
  PutText(object, "description", transaction.description);
  if (transaction.related_id) object["related_id"] = transaction.related_id->value();
  PutTime(object, "created_at", transaction.created_at);
  PutTime(object, "updated_at", transaction.updated_at);
  PutTime(object, "release_at", transaction.release_at);
  if (!transaction.failure_code.empty()) object["failure_code"] = Json(transaction.failure_code);
  if (!transaction.failure_message.empty()) {
    object["failure_message"] = Json(transaction.failure_message);
  }
  return object;
}

json::object Builder::Balance(const wallet::Balance& balance, Currency currency) {
  json::object object = Object(6);
  object["total"] = balance.total.value();
  object["withdrawable"] = balance.withdrawable.value();
  object["unreleased"] = balance.unreleased.value();
  object["held"] = balance.held.value();
  object["currency"] = currency.ToString();
  return object;
}

void Builder::PutDetails(json::object& object, const BalanceDetails& details) {
  PutTime(object, "at", details.at);
  if (!details.schedule) return;
  json::array releases(&memory_);
  releases.reserve(details.schedule->size());
  for (const Release& each : *details.schedule) {
    json::object release = Object(2);
    PutTime(release, "release_at", each.release_at);
    release["amount"] = each.amount.value();
    releases.push_back(std::move(release));
  }
  object["schedule"] = std::move(releases);
}

json::object Builder::Error(Outcome outcome, std::string_view field, std::string_view message) {
  json::object error = Object(3);
  error["code"] = Json(Code(outcome));
  error["message"] = Json(message.empty() ? DefaultMessage(outcome) : message);
  if (!field.empty()) error["field"] = Json(field);
  json::object object = Object(4);
  object["error"] = std::move(error);
  return object;
}

void Builder::PutState(json::object& object, const wallet::Transaction& transaction,
                       const Result& result, std::string_view epoch) {
  WALLET_CHECK(result.balance);
  object["transaction"] = Transaction(transaction);
  object["balance"] = Balance(*result.balance, result.currency);
  object["position"] = FormatPositionToken(epoch, result.position);
}

json::object Builder::Written(CallKind kind, const Result& result, std::string_view epoch) {
  json::object object = Object(6);
  if (kind == CallKind::kCharge) object["message"] = "charged";
  if (kind == CallKind::kWithdraw) object["message"] = "withdrawal request submitted";
  if (kind == CallKind::kResolve) object["message"] = "withdrawal resolved";
  const auto transaction = result.transaction();
  WALLET_CHECK(transaction);
  object["idempotency_key"] = Json(transaction->key);
  if (kind != CallKind::kCharge) object["status"] = Json(ToString(transaction->status()));
  PutState(object, *transaction, result, epoch);
  return object;
}

json::object Builder::Page(const Call& call, const wallet::Page& page) {
  const auto* list = std::get_if<ListTransactions>(&call.operation);
  json::array rows(&memory_);
  rows.reserve(page.transactions.size());
  for (const auto& transaction : page.transactions) rows.push_back(Transaction(transaction));
  json::object object = Object(5);
  object[list ? "transactions" : "withdrawals"] = std::move(rows);
  object["total"] = page.total;
  if (!list) return object;
  if (list->order == ListOrder::kPage) object["page"] = list->page;
  object["limit"] = list->limit;
  object["next"] = nullptr;
  if (page.next) object["next"] = *page.next;
  return object;
}

json::object Builder::Changes(const ChangesPage& page, std::string_view epoch) {
  json::array rows(&memory_);
  rows.reserve(page.changes.size());
  for (const Change& each : page.changes) {
    json::object row = Object(2);
    row["position"] = FormatPositionToken(epoch, each.position);
    row["transaction"] = Transaction(each.transaction);
    rows.push_back(std::move(row));
  }
  json::object object = Object(3);
  object["changes"] = std::move(rows);
  object["next"] = FormatPositionToken(epoch, page.next);
  object["end"] = FormatPositionToken(epoch, page.end);
  return object;
}

json::object Builder::Health(const wallet::Health& health, const ServerIdentity& server) {
  json::object withdrawals = Object(kSubstatusCount);
  for (int i = 1; i < kSubstatusCount; ++i) {
    const auto substatus = static_cast<Substatus>(i);
    if (StatusOf(substatus) != Status::kPending) continue;
    withdrawals[Json(ToString(substatus))] = health.by_substatus[i];
  }
  json::object object = Object(11);
  object["status"] = Json(ToString(health.condition));
  object["version"] = server.version;
  object["epoch"] = server.epoch;
  object["bank"] = server.bank;
  object["bank_paused"] = health.bank_paused;
  object["queue_length"] = health.queue_length;
  object["queue_capacity"] = health.queue_capacity;
  object["withdrawals"] = std::move(withdrawals);
  object["position"] = FormatPositionToken(server.epoch, health.position);
  object["uptime_s"] = health.uptime_us / kMicrosPerSecond;
  object["rate_limited"] = health.rate_limited;
  return object;
}

json::object Success(Builder& build, const Call& call, const Result& result,
                     std::string_view epoch) {
  if (IsWrite(call.kind)) return build.Written(call.kind, result, epoch);
  if (result.page) return build.Page(call, *result.page);
  if (result.changes) return build.Changes(*result.changes, epoch);
  if (call.kind == CallKind::kTransaction) return build.Transaction(*result.transaction());
  json::object object = build.Balance(*result.balance, result.currency);
  if (result.balance_details) build.PutDetails(object, *result.balance_details);
  object["position"] = FormatPositionToken(epoch, result.position);
  return object;
}

HttpReply Reply(Outcome outcome, const json::object& body) {
  HttpReply reply{.status = StatusFor(outcome), .body = json::serialize(body)};
  reply.body += '\n';
  if (reply.status == 429 || reply.status == 503) reply.retry_after_s = kRetryAfterSeconds;
  return reply;
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
    case Outcome::kPositionTooOld:
      return 410;
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

HttpReply AnswerRefusal(const HttpRefusal& refusal) {
  Builder build;
  return Reply(refusal.outcome, build.Error(refusal.outcome, refusal.field, refusal.message));
}

HttpReply AnswerRefusal(Outcome outcome) { return AnswerRefusal({outcome, "", ""}); }

HttpReply AnswerCall(const Call& call, const Result& result, std::string_view epoch) {
  Builder build;
  if (result.outcome == Outcome::kOk) {
    return Reply(Outcome::kOk, Success(build, call, result, epoch));
  }
  json::object body = build.Error(result.outcome, result.field, result.message);
  if (result.outcome == Outcome::kDuplicateRequest) {
    const auto original = result.transaction();
    WALLET_CHECK(original);
    build.PutState(body, *original, result, epoch);
  }
  if (result.outcome == Outcome::kPositionTooOld) {
    body["position"] = FormatPositionToken(epoch, result.position);
  }
  return Reply(result.outcome, body);
}

HttpReply AnswerHealth(const Health& health, const ServerIdentity& server) {
  Builder build;
  const bool stopping = health.condition == Condition::kStopping;
  return Reply(stopping ? Outcome::kShuttingDown : Outcome::kOk, build.Health(health, server));
}

}  // namespace wallet
