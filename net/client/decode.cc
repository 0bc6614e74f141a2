#include <utility>

#include "net/client/codec.h"
#include "net/proto/position_token.h"

namespace wallet::client {
namespace {

// By number, as net/proto/wallet.proto lists them.
constexpr const char* kTypes[] = {"", "charge", "withdraw", "return", "reversal"};
constexpr const char* kSubstatuses[] = {"",          "queued", "dispatching", "unknown",
                                        "inquiring", "review", "completed",   "failed"};
constexpr const char* kBackupStates[] = {"none", "running", "done", "failed", "cancelled"};
constexpr const char* kBackupPhases[] = {"", "log", "files", "verify"};
constexpr uint32_t kNone = 0, kCompleted = 6, kFailed = 7;

template <size_t N>
std::string NameOf(const char* const (&names)[N], uint32_t number) {
  return number < N ? names[number] : "unknown_" + std::to_string(number);
}

const char* StatusOf(uint32_t substatus) {
  if (substatus == kFailed) return "failed";
  return substatus == kNone || substatus == kCompleted ? "completed" : "pending";
}

std::string Reference(const WireTransaction& wire) {
  std::string reference = "w-";
  reference.append(wire.epoch).append("-").append(std::to_string(wire.user_id));
  return reference.append("-").append(std::to_string(wire.id));
}

void FromWire(const WireTransaction& wire, Transaction& transaction) {
  transaction.id = wire.id;
  transaction.user_id = wire.user_id;
  transaction.currency = wire.currency;
  transaction.type = NameOf(kTypes, wire.type);
  transaction.status = StatusOf(wire.substatus);
  transaction.substatus = NameOf(kSubstatuses, wire.substatus);
  transaction.amount = wire.amount;
  transaction.idempotency_key = wire.idempotency_key;
  if (!wire.epoch.empty()) transaction.reference = Reference(wire);
  if (wire.destination) transaction.destination.emplace(*wire.destination);
  if (wire.description) transaction.description.emplace(*wire.description);
  transaction.related_id = wire.related_id;
  transaction.created_at = Instant(wire.created_at);
  transaction.updated_at = Instant(wire.updated_at);
  if (wire.release_at) transaction.release_at = Instant(*wire.release_at);
  transaction.failure_code = wire.failure_code;
  transaction.failure_message = wire.failure_message;
}

void FromWire(const WireBalance& wire, Balance& balance) {
  balance.currency = wire.currency;
  balance.total = wire.total;
  balance.withdrawable = wire.withdrawable;
  balance.unreleased = wire.unreleased;
  balance.held = wire.held;
}

Snapshot FromWire(const v1::Snapshot& wire) {
  return {.position = wire.position(),
          .created_at = Instant(wire.created_at()),
          .bytes = wire.bytes(),
          .accounts = wire.accounts(),
          .open_withdrawals = wire.open_withdrawals(),
          .path = wire.path(),
          .damage = wire.damage()};
}

void DecodeCommon(const WireResult& result, std::string_view epoch, Answer& answer) {
  answer.code = result.code;
  answer.field = result.field;
  answer.message = result.error_message;
  if (result.position > 0) answer.position = FormatPositionToken(epoch, Position(result.position));
}

void DecodeTransaction(const WireResult& result, std::optional<Transaction>& transaction) {
  if (result.transaction) FromWire(*result.transaction, transaction.emplace());
}

}  // namespace

void Decode(const WireResult& result, std::string_view epoch, WriteAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  DecodeTransaction(result, answer.transaction);
  if (result.balance) FromWire(*result.balance, answer.balance.emplace());
}

void Decode(const WireResult& result, std::string_view epoch, BalanceAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  if (!result.balance) return;
  FromWire(*result.balance, answer.balance);
  const v1::Balance& more = result.rest->balance();
  if (more.has_at()) answer.at = Instant(more.at());
  for (const v1::Release& each : more.schedule()) {
    answer.schedule.push_back({Instant(each.release_at()), each.amount()});
  }
}

void Decode(const WireResult& result, std::string_view epoch, TransactionAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  DecodeTransaction(result, answer.transaction);
}

void Decode(const WireResult& result, std::string_view epoch, PageAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  answer.transactions.resize(result.page.size());
  for (size_t i = 0; i < result.page.size(); ++i) FromWire(result.page[i], answer.transactions[i]);
  answer.total = result.page_total;
  answer.next = result.page_next;
}

void Decode(const WireResult& result, std::string_view epoch, ChangesAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  if (!result.rest->has_changes()) return;
  const v1::Changes& changes = result.rest->changes();
  for (const v1::Change& wire : changes.changes()) {
    Change& change = answer.changes.emplace_back();
    change.position = FormatPositionToken(epoch, Position(wire.position()));
    FromWire(ToWire(wire.transaction()), change.transaction);
  }
  answer.next = FormatPositionToken(epoch, Position(changes.next()));
  answer.end = FormatPositionToken(epoch, Position(changes.end()));
}

void Decode(const WireResult& result, std::string_view epoch, HealthAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  if (!result.rest->has_health()) return;
  const v1::Health& health = result.rest->health();
  answer.status = health.status();
  answer.version = health.version();
  answer.epoch = health.epoch();
  answer.bank = health.bank();
  answer.queue_length = health.queue_length();
  answer.queue_capacity = health.queue_capacity();
  for (int i = kNone + 1; i < health.by_substatus_size(); ++i) {
    if (i == kCompleted || i == kFailed) continue;
    answer.by_substatus.emplace_back(NameOf(kSubstatuses, static_cast<uint32_t>(i)),
                                     health.by_substatus(i));
  }
  answer.position = FormatPositionToken(health.epoch(), Position(health.position()));
  answer.uptime_s = health.uptime_s();
  answer.bank_paused = health.bank_paused();
  answer.rate_limited = health.rate_limited();
}

void Decode(const WireResult& result, std::string_view epoch, SnapshotAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  const v1::SnapshotRequest& request = result.rest->admin().snapshot();
  answer.ticket = request.ticket();
  answer.ended = request.ended();
  answer.error = request.error();
  if (request.has_snapshot()) answer.snapshot = FromWire(request.snapshot());
}

void Decode(const WireResult& result, std::string_view epoch, SnapshotsAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  const v1::SnapshotList& list = result.rest->admin().snapshots();
  for (const v1::Snapshot& wire : list.snapshots()) answer.snapshots.push_back(FromWire(wire));
  answer.under_way = list.under_way();
}

void Decode(const WireResult& result, std::string_view epoch, BackupAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  const v1::Backup& backup = result.rest->admin().backup();
  answer.state = NameOf(kBackupStates, backup.state());
  answer.directory = backup.directory();
  answer.earlier = backup.earlier();
  answer.token = backup.token();
  answer.phase = NameOf(kBackupPhases, backup.phase());
  answer.done = backup.done();
  answer.total = backup.total();
  answer.error = backup.error();
  answer.end = backup.position();
  answer.copied_bytes = backup.copied_bytes();
  answer.linked_bytes = backup.linked_bytes();
}

}  // namespace wallet::client
