#include "net/client/codec.h"

#include "net/proto/position_token.h"

namespace wallet::client {
namespace {

constexpr const char* kTypes[] = {"", "charge", "withdraw", "return", "reversal"};
constexpr const char* kSubstatuses[] = {"",          "queued", "dispatching", "unknown",
                                        "inquiring", "review", "completed",   "failed"};
constexpr uint32_t kNone = 0, kCompleted = 6, kFailed = 7;

template <size_t N>
std::string NameOf(const char* const (&names)[N], uint32_t number) {
  return number < N ? names[number] : "unknown_" + std::to_string(number);
}

std::string StatusOf(uint32_t substatus) {
  if (substatus == kFailed) return "failed";
  return substatus == kNone || substatus == kCompleted ? "completed" : "pending";
}

template <class Write>
void FillWrite(const Write& write, v1::Write& out) {
  out.set_user_id(write.user_id);
  out.set_amount(write.amount);
  out.set_idempotency_key(write.idempotency_key);
  if (!write.currency.empty()) out.set_currency(write.currency);
  if (write.description) out.set_description(*write.description);
}

Transaction FromWire(const v1::Transaction& wire) {
  Transaction transaction;
  transaction.id = wire.id();
  transaction.user_id = wire.user_id();
  transaction.currency = wire.currency();
  transaction.type = NameOf(kTypes, wire.type());
  transaction.status = StatusOf(wire.substatus());
  transaction.substatus = NameOf(kSubstatuses, wire.substatus());
  transaction.amount = wire.amount();
  transaction.idempotency_key = wire.idempotency_key();
  if (!wire.epoch().empty()) {
    transaction.reference = "w-" + wire.epoch() + "-" + std::to_string(wire.user_id()) + "-" +
                            std::to_string(wire.id());
  }
  if (wire.has_destination()) transaction.destination = wire.destination();
  if (wire.has_description()) transaction.description = wire.description();
  if (wire.has_related_id()) transaction.related_id = wire.related_id();
  transaction.created_at = Instant(wire.created_at());
  transaction.updated_at = Instant(wire.updated_at());
  if (wire.has_release_at()) transaction.release_at = Instant(wire.release_at());
  transaction.failure_code = wire.failure_code();
  transaction.failure_message = wire.failure_message();
  return transaction;
}

Balance FromWire(const v1::Balance& wire) {
  return {.currency = wire.currency(),
          .total = wire.total(),
          .withdrawable = wire.withdrawable(),
          .unreleased = wire.unreleased(),
          .held = wire.held()};
}

void DecodeCommon(const v1::Result& result, std::string_view epoch, Answer& answer) {
  if (result.has_error()) {
    answer.code = static_cast<Code>(result.error().code());
    answer.field = result.error().field();
    answer.message = result.error().message();
  }
  if (result.position() > 0) {
    answer.position = FormatPositionToken(epoch, Position(result.position()));
  }
}

}  // namespace

std::string Encode(const Charge& charge) {
  v1::Request request;
  v1::Operation& operation = *request.add_operations();
  v1::Write& write = *operation.mutable_charge();
  FillWrite(charge, write);
  if (charge.release_at) write.set_release_at(charge.release_at->value());
  return request.SerializeAsString();
}

std::string Encode(const Withdraw& withdraw) {
  v1::Request request;
  v1::Operation& operation = *request.add_operations();
  v1::Write& write = *operation.mutable_withdraw();
  FillWrite(withdraw, write);
  if (withdraw.destination) write.set_destination(*withdraw.destination);
  return request.SerializeAsString();
}

std::string EncodeGetBalance(int64_t user_id, const std::string& currency) {
  v1::Request request;
  v1::Operation& operation = *request.add_operations();
  operation.mutable_get_balance()->set_user_id(user_id);
  if (!currency.empty()) operation.mutable_get_balance()->set_currency(currency);
  return request.SerializeAsString();
}

std::string EncodeGetTransaction(int64_t user_id, int64_t id) {
  v1::Request request;
  v1::Operation& operation = *request.add_operations();
  operation.mutable_get_transaction()->set_user_id(user_id);
  operation.mutable_get_transaction()->set_id(id);
  return request.SerializeAsString();
}

std::string EncodeGetTransaction(int64_t user_id, const std::string& idempotency_key) {
  v1::Request request;
  v1::Operation& operation = *request.add_operations();
  operation.mutable_get_transaction()->set_user_id(user_id);
  operation.mutable_get_transaction()->set_idempotency_key(idempotency_key);
  return request.SerializeAsString();
}

std::string Encode(const ListTransactions& list) {
  v1::Request request;
  v1::Operation& operation = *request.add_operations();
  v1::ListTransactions& out = *operation.mutable_list_transactions();
  out.set_user_id(list.user_id);
  if (!list.currency.empty()) out.set_currency(list.currency);
  if (list.page) out.set_page(*list.page);
  if (list.limit) out.set_limit(*list.limit);
  if (list.before_id) out.set_before_id(*list.before_id);
  if (list.after_id) out.set_after_id(*list.after_id);
  return request.SerializeAsString();
}

std::string Encode(const ListWithdrawals& list) {
  v1::Request request;
  v1::Operation& operation = *request.add_operations();
  v1::ListWithdrawals& out = *operation.mutable_list_withdrawals();
  if (list.user_id) out.set_user_id(*list.user_id);
  if (!list.substatus.empty()) out.set_substatus(list.substatus);
  if (list.limit) out.set_limit(*list.limit);
  return request.SerializeAsString();
}

std::string EncodeResolve(int64_t user_id, int64_t id, bool paid, const std::string& note) {
  v1::Request request;
  v1::Operation& operation = *request.add_operations();
  v1::Resolve& out = *operation.mutable_resolve();
  out.set_user_id(user_id);
  out.set_id(id);
  out.set_paid(paid);
  if (!note.empty()) out.set_note(note);
  return request.SerializeAsString();
}

std::string EncodeGetHealth() {
  v1::Request request;
  v1::Operation& operation = *request.add_operations();
  operation.mutable_get_health();
  return request.SerializeAsString();
}

void Decode(const v1::Result& result, std::string_view epoch, WriteAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  if (result.has_transaction()) answer.transaction = FromWire(result.transaction());
  if (result.has_balance()) answer.balance = FromWire(result.balance());
}

void Decode(const v1::Result& result, std::string_view epoch, BalanceAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  if (result.has_balance()) answer.balance = FromWire(result.balance());
}

void Decode(const v1::Result& result, std::string_view epoch, TransactionAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  if (result.has_transaction()) answer.transaction = FromWire(result.transaction());
}

void Decode(const v1::Result& result, std::string_view epoch, PageAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  for (const v1::Transaction& wire : result.page().transactions()) {
    answer.transactions.push_back(FromWire(wire));
  }
  answer.total = result.page().total();
  if (result.page().has_next()) answer.next = result.page().next();
}

void Decode(const v1::Result& result, std::string_view epoch, HealthAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  const v1::Health& health = result.health();
  answer.status = health.status();
  answer.version = health.version();
  answer.epoch = health.epoch();
  answer.bank = health.bank();
  answer.queue_length = health.queue_length();
  answer.queue_capacity = health.queue_capacity();
  for (int i = 1; i < health.by_substatus_size(); ++i) {
    if (StatusOf(static_cast<uint32_t>(i)) != "pending") continue;
    answer.by_substatus.emplace_back(NameOf(kSubstatuses, static_cast<uint32_t>(i)),
                                     health.by_substatus(i));
  }
  if (answer.position.empty()) {
    answer.position = FormatPositionToken(epoch, Position(health.position()));
  }
  answer.uptime_s = health.uptime_s();
}

}  // namespace wallet::client
