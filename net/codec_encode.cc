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

// A message that no writer's buffer bounds, appended to `out` from its making on. Ends with it.
class LongMessage {
 public:
  LongMessage(int field, std::string& out) : out_(out) {
    PutVarint(out, static_cast<uint64_t>(field) << 3 | 2);
    begin_ = out.size();
    out.resize(begin_ + kSizeBytesGuess);
  }
  ~LongMessage() {
    const size_t size = out_.size() - begin_ - kSizeBytesGuess;
    char bytes[kMaxVarintBytes];
    const auto needed = static_cast<size_t>(PutVarint(bytes, size) - bytes);
    out_.replace(begin_, kSizeBytesGuess, bytes, needed);
  }
  LongMessage(const LongMessage&) = delete;
  LongMessage& operator=(const LongMessage&) = delete;

 private:
  // Of the sizes from 128 to 16,383: then nothing has to be moved.
  static constexpr size_t kSizeBytesGuess = 2;

  std::string& out_;
  size_t begin_;
};

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
    char* change = writer.Begin(Wire::kChangesFieldNumber);
    writer.NumberIfAny(v1::Change::kPositionFieldNumber, each.position.value());
    char* transaction = writer.Begin(v1::Change::kTransactionFieldNumber);
    WriteTransaction(each.transaction, writer);
    writer.End(transaction);
    writer.End(change);
    out.append(writer.written());
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
    char* begun = release.Begin(Wire::kScheduleFieldNumber);
    release.NumberIfAny(v1::Release::kReleaseAtFieldNumber, each.release_at.value());
    release.NumberIfAny(v1::Release::kAmountFieldNumber, each.amount.value());
    release.End(begun);
    out.append(release.written());
  }
}

// The parts of a read's result that no writer bounds.
void AppendLongResult(const Result& result, std::string& out) {
  using Wire = v1::Result;
  const LongMessage contents(v1::Response::kResultsFieldNumber, out);
  WireWriter head;
  WriteHead(result, head);
  out.append(head.written());
  if (result.balance) {
    const LongMessage balance(Wire::kBalanceFieldNumber, out);
    WireWriter plain;
    WriteBalance(*result.balance, result.currency, plain);
    out.append(plain.written());
    if (result.balance_details) AppendDetails(*result.balance_details, out);
  }
  WireWriter position;
  position.NumberIfAny(Wire::kPositionFieldNumber, result.position.value());
  out.append(position.written());
  if (result.page) {
    const LongMessage page(Wire::kPageFieldNumber, out);
    AppendPage(*result.page, out);
  }
  if (result.changes) {
    const LongMessage changes(Wire::kChangesFieldNumber, out);
    AppendChanges(*result.changes, out);
  }
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
  out.set_rate_limited(health.rate_limited);
}

}  // namespace wallet
