#include "net/codec.h"
#include "net/wire_writer.h"

namespace wallet {
namespace {

void Set(std::string_view text, std::string* field) { field->assign(text.data(), text.size()); }

// A currency's letters, without a string.
struct CurrencyText {
  explicit CurrencyText(Currency currency) : packed(currency.packed()) {}
  operator std::string_view() const {
    return {reinterpret_cast<const char*>(&packed), packed == 0 ? 0u : 3u};
  }
  uint32_t packed;
};

void WriteBalance(const Balance& balance, Currency currency, WireWriter& out) {
  using Wire = v1::Balance;
  out.BytesIfAny(Wire::kCurrencyFieldNumber, CurrencyText(currency));
  out.NumberIfAny(Wire::kTotalFieldNumber, balance.total.value());
  out.NumberIfAny(Wire::kWithdrawableFieldNumber, balance.withdrawable.value());
  out.NumberIfAny(Wire::kUnreleasedFieldNumber, balance.unreleased.value());
  out.NumberIfAny(Wire::kHeldFieldNumber, balance.held.value());
}

void WriteTransaction(const Transaction& transaction, WireWriter& out) {
  using Wire = v1::Transaction;
  out.NumberIfAny(Wire::kIdFieldNumber, transaction.id.value());
  out.NumberIfAny(Wire::kUserIdFieldNumber, transaction.user.value());
  out.BytesIfAny(Wire::kCurrencyFieldNumber, CurrencyText(transaction.currency));
  out.NumberIfAny(Wire::kTypeFieldNumber, static_cast<uint64_t>(transaction.type));
  out.NumberIfAny(Wire::kSubstatusFieldNumber, static_cast<uint64_t>(transaction.substatus));
  out.SignedIfAny(Wire::kAmountFieldNumber, transaction.amount.value());
  out.BytesIfAny(Wire::kIdempotencyKeyFieldNumber, transaction.key);
  if (transaction.type == TransactionType::kWithdraw) {
    out.BytesIfAny(Wire::kEpochFieldNumber, transaction.epoch.ToString());
  }
  if (transaction.destination) out.Bytes(Wire::kDestinationFieldNumber, *transaction.destination);
  if (transaction.description) out.Bytes(Wire::kDescriptionFieldNumber, *transaction.description);
  if (transaction.related_id) {
    out.Number(Wire::kRelatedIdFieldNumber, transaction.related_id->value());
  }
  out.NumberIfAny(Wire::kCreatedAtFieldNumber, transaction.created_at.value());
  out.NumberIfAny(Wire::kUpdatedAtFieldNumber, transaction.updated_at.value());
  if (transaction.release_at) {
    out.Number(Wire::kReleaseAtFieldNumber, transaction.release_at->value());
  }
  out.BytesIfAny(Wire::kFailureCodeFieldNumber, transaction.failure_code);
  out.BytesIfAny(Wire::kFailureMessageFieldNumber, transaction.failure_message);
}

void WriteError(const Result& result, WireWriter& out) {
  using Wire = v1::Error;
  out.NumberIfAny(Wire::kCodeFieldNumber, static_cast<uint64_t>(result.outcome));
  out.BytesIfAny(Wire::kFieldFieldNumber, result.field);
  out.BytesIfAny(Wire::kMessageFieldNumber,
                 result.message.empty() ? DefaultMessage(result.outcome) : result.message);
}

// What comes before the balance.
void WriteHead(const Result& result, WireWriter& out) {
  using Wire = v1::Result;
  if (result.outcome != Outcome::kOk) {
    char* error = out.Begin(Wire::kErrorFieldNumber);
    WriteError(result, out);
    out.End(error);
  }
  if (const auto written = result.transaction()) {
    char* transaction = out.Begin(Wire::kTransactionFieldNumber);
    WriteTransaction(*written, out);
    out.End(transaction);
  }
}

// All of a result whose size is bounded by the writer's.
void WriteResult(const Result& result, WireWriter& out) {
  using Wire = v1::Result;
  WriteHead(result, out);
  if (result.balance) {
    char* balance = out.Begin(Wire::kBalanceFieldNumber);
    WriteBalance(*result.balance, result.currency, out);
    out.End(balance);
  }
  out.NumberIfAny(Wire::kPositionFieldNumber, result.position.value());
}

// A message's head: its field and its size.
void AppendHead(int field, size_t size, std::string& out) {
  PutVarint(out, static_cast<uint64_t>(field) << 3 | 2);
  PutVarint(out, size);
}

void AppendMessage(int field, std::string_view message, std::string& out) {
  AppendHead(field, message.size(), out);
  out.append(message);
}

void AppendPage(const Page& page, std::string& out) {
  using Wire = v1::Page;
  for (const Transaction& each : page.transactions) {
    WireWriter writer;
    char* transaction = writer.Begin(Wire::kTransactionsFieldNumber);
    WriteTransaction(each, writer);
    writer.End(transaction);
    out.append(writer.written());
  }
  WireWriter rest;
  rest.NumberIfAny(Wire::kTotalFieldNumber, page.total);
  if (page.next) rest.Number(Wire::kNextFieldNumber, *page.next);
  out.append(rest.written());
}

void AppendChanges(const ChangesPage& page, std::string& out) {
  using Wire = v1::Changes;
  for (const Change& each : page.changes) {
    WireWriter writer;
    writer.NumberIfAny(v1::Change::kPositionFieldNumber, each.position.value());
    char* transaction = writer.Begin(v1::Change::kTransactionFieldNumber);
    WriteTransaction(each.transaction, writer);
    writer.End(transaction);
    AppendMessage(Wire::kChangesFieldNumber, writer.written(), out);
  }
  WireWriter rest;
  rest.NumberIfAny(Wire::kNextFieldNumber, page.next.value());
  rest.NumberIfAny(Wire::kEndFieldNumber, page.end.value());
  out.append(rest.written());
}

void AppendDetails(const BalanceDetails& details, std::string& out) {
  using Wire = v1::Balance;
  WireWriter writer;
  writer.Number(Wire::kAtFieldNumber, details.at.value());
  out.append(writer.written());
  if (!details.schedule) return;
  for (const Release& each : *details.schedule) {
    WireWriter release;
    release.NumberIfAny(v1::Release::kReleaseAtFieldNumber, each.release_at.value());
    release.NumberIfAny(v1::Release::kAmountFieldNumber, each.amount.value());
    AppendMessage(Wire::kScheduleFieldNumber, release.written(), out);
  }
}

// The parts of a read's result that no writer bounds.
void AppendLongResult(const Result& result, std::string& out) {
  using Wire = v1::Result;
  WireWriter head;
  WriteHead(result, head);
  std::string contents(head.written());
  if (result.balance) {
    WireWriter balance;
    WriteBalance(*result.balance, result.currency, balance);
    std::string message(balance.written());
    if (result.balance_details) AppendDetails(*result.balance_details, message);
    AppendMessage(Wire::kBalanceFieldNumber, message, contents);
  }
  WireWriter position;
  position.NumberIfAny(Wire::kPositionFieldNumber, result.position.value());
  contents.append(position.written());
  if (result.page) {
    std::string page;
    AppendPage(*result.page, page);
    AppendMessage(Wire::kPageFieldNumber, page, contents);
  }
  if (result.changes) {
    std::string changes;
    AppendChanges(*result.changes, changes);
    AppendMessage(Wire::kChangesFieldNumber, changes, contents);
  }
  AppendMessage(v1::Response::kResultsFieldNumber, contents, out);
}

}  // namespace

void AppendResult(const Result& result, std::string& out) {
  if (result.page || result.balance_details || result.changes) {
    return AppendLongResult(result, out);
  }
  WireWriter writer;
  char* begun = writer.Begin(v1::Response::kResultsFieldNumber);
  WriteResult(result, writer);
  writer.End(begun);
  out.append(writer.written());
}

void EncodeError(Outcome outcome, std::string_view field, std::string_view message,
                 v1::Error& out) {
  out.set_code(static_cast<uint32_t>(outcome));
  Set(field, out.mutable_field());
  Set(message.empty() ? DefaultMessage(outcome) : message, out.mutable_message());
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
  out.set_bank_paused(health.bank_paused);
}

}  // namespace wallet
