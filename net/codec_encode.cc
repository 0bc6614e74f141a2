#include "net/codec.h"

namespace wallet {
namespace {

void Set(std::string_view text, std::string* field) { field->assign(text.data(), text.size()); }

void EncodeBalance(const Balance& balance, Currency currency, v1::Balance& out) {
  out.set_currency(currency.ToString());
  out.set_total(balance.total.value());
  out.set_withdrawable(balance.withdrawable.value());
  out.set_unreleased(balance.unreleased.value());
  out.set_held(balance.held.value());
}

void EncodeTransaction(const Transaction& transaction, v1::Transaction& out) {
  out.set_id(transaction.id.value());
  out.set_user_id(transaction.user.value());
  out.set_currency(transaction.currency.ToString());
  out.set_type(static_cast<uint32_t>(transaction.type));
  out.set_substatus(static_cast<uint32_t>(transaction.substatus));
  out.set_amount(transaction.amount.value());
  Set(transaction.key, out.mutable_idempotency_key());
  if (transaction.type == TransactionType::kWithdraw) out.set_epoch(transaction.epoch.ToString());
  if (transaction.destination) Set(*transaction.destination, out.mutable_destination());
  if (transaction.description) Set(*transaction.description, out.mutable_description());
  if (transaction.related_id) out.set_related_id(transaction.related_id->value());
  out.set_created_at(transaction.created_at.value());
  out.set_updated_at(transaction.updated_at.value());
  if (transaction.release_at) out.set_release_at(transaction.release_at->value());
  if (!transaction.failure_code.empty()) {
    Set(transaction.failure_code, out.mutable_failure_code());
  }
  if (!transaction.failure_message.empty()) {
    Set(transaction.failure_message, out.mutable_failure_message());
  }
}

void EncodePage(const Page& page, v1::Page& out) {
  out.mutable_transactions()->Reserve(static_cast<int>(page.transactions.size()));
  for (const Transaction& transaction : page.transactions) {
    EncodeTransaction(transaction, *out.add_transactions());
  }
  out.set_total(page.total);
  if (page.next) out.set_next(*page.next);
}

}  // namespace

void EncodeError(Outcome outcome, std::string_view field, std::string_view message,
                 v1::Error& out) {
  out.set_code(static_cast<uint32_t>(outcome));
  Set(field, out.mutable_field());
  Set(message.empty() ? DefaultMessage(outcome) : message, out.mutable_message());
}

void Encode(const Result& result, v1::Result& out) {
  if (result.outcome != Outcome::kOk) {
    EncodeError(result.outcome, result.field, result.message, *out.mutable_error());
  }
  if (const auto transaction = result.transaction()) {
    EncodeTransaction(*transaction, *out.mutable_transaction());
  }
  if (result.balance) EncodeBalance(*result.balance, result.currency, *out.mutable_balance());
  out.set_position(result.position.value());
  if (result.page) EncodePage(*result.page, *out.mutable_page());
}

void Encode(const Health& health, const ServerIdentity& server, v1::Health& out) {
  Set(ToString(health.condition), out.mutable_status());
  out.set_version(server.version);
  out.set_epoch(server.epoch);
  out.set_bank(server.bank);
  out.set_queue_length(health.queue_length);
  out.set_queue_capacity(health.queue_capacity);
  for (const int64_t count : health.by_substatus) out.add_by_substatus(count);
  out.set_position(health.position.value());
  out.set_uptime_s(health.uptime_us / kMicrosPerSecond);
}

}  // namespace wallet
