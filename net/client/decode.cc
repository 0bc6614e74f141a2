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

std::string Reference(const v1::Transaction& wire) {
  return "w-" + wire.epoch() + "-" + std::to_string(wire.user_id()) + "-" +
         std::to_string(wire.id());
}

void FromWire(v1::Transaction& wire, Transaction& transaction) {
  transaction.id = wire.id();
  transaction.user_id = wire.user_id();
  transaction.currency = wire.currency();
  transaction.type = NameOf(kTypes, wire.type());
  transaction.status = StatusOf(wire.substatus());
  transaction.substatus = NameOf(kSubstatuses, wire.substatus());
  transaction.amount = wire.amount();
  transaction.idempotency_key = std::move(*wire.mutable_idempotency_key());
  if (!wire.epoch().empty()) transaction.reference = Reference(wire);
  if (wire.has_destination()) transaction.destination = std::move(*wire.mutable_destination());
  if (wire.has_description()) transaction.description = std::move(*wire.mutable_description());
  if (wire.has_related_id()) transaction.related_id = wire.related_id();
  transaction.created_at = Instant(wire.created_at());
  transaction.updated_at = Instant(wire.updated_at());
  if (wire.has_release_at()) transaction.release_at = Instant(wire.release_at());
  transaction.failure_code = wire.failure_code();
  transaction.failure_message = wire.failure_message();
}

Balance FromWire(const v1::Balance& wire) {
  return {.currency = wire.currency(),
          .total = wire.total(),
          .withdrawable = wire.withdrawable(),
          .unreleased = wire.unreleased(),
          .held = wire.held()};
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

void DecodeCommon(v1::Result& result, std::string_view epoch, Answer& answer) {
  answer.code = CodeOf(result);
  if (result.has_error()) {
    answer.field = std::move(*result.mutable_error()->mutable_field());
    answer.message = std::move(*result.mutable_error()->mutable_message());
  }
  if (result.position() > 0) {
    answer.position = FormatPositionToken(epoch, Position(result.position()));
  }
}

void DecodeTransaction(v1::Result& result, std::optional<Transaction>& transaction) {
  if (result.has_transaction()) FromWire(*result.mutable_transaction(), transaction.emplace());
}

}  // namespace

Code CodeOf(const v1::Result& result) {
  if (!result.has_error()) return Code::kOk;
  const uint32_t code = result.error().code();
  return code == 0 || code > UINT8_MAX ? Code::kInternal : static_cast<Code>(code);
}

void Decode(v1::Result& result, std::string_view epoch, WriteAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  DecodeTransaction(result, answer.transaction);
  if (result.has_balance()) answer.balance = FromWire(result.balance());
}

void Decode(v1::Result& result, std::string_view epoch, BalanceAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  if (!result.has_balance()) return;
  const v1::Balance& balance = result.balance();
  answer.balance = FromWire(balance);
  if (balance.has_at()) answer.at = Instant(balance.at());
  for (const v1::Release& each : balance.schedule()) {
    answer.schedule.push_back({Instant(each.release_at()), each.amount()});
  }
}

void Decode(v1::Result& result, std::string_view epoch, TransactionAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  DecodeTransaction(result, answer.transaction);
}

void Decode(v1::Result& result, std::string_view epoch, PageAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  if (!result.has_page()) return;
  for (v1::Transaction& wire : *result.mutable_page()->mutable_transactions()) {
    FromWire(wire, answer.transactions.emplace_back());
  }
  answer.total = result.page().total();
  if (result.page().has_next()) answer.next = result.page().next();
}

void Decode(v1::Result& result, std::string_view epoch, ChangesAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  if (!result.has_changes()) return;
  for (v1::Change& wire : *result.mutable_changes()->mutable_changes()) {
    Change& change = answer.changes.emplace_back();
    change.position = FormatPositionToken(epoch, Position(wire.position()));
    FromWire(*wire.mutable_transaction(), change.transaction);
  }
  answer.next = FormatPositionToken(epoch, Position(result.changes().next()));
  answer.end = FormatPositionToken(epoch, Position(result.changes().end()));
}

void Decode(v1::Result& result, std::string_view epoch, HealthAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  if (!result.has_health()) return;
  const v1::Health& health = result.health();
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
}

void Decode(v1::Result& result, std::string_view epoch, SnapshotAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  const v1::SnapshotRequest& request = result.admin().snapshot();
  answer.ticket = request.ticket();
  answer.ended = request.ended();
  answer.error = request.error();
  if (request.has_snapshot()) answer.snapshot = FromWire(request.snapshot());
}

void Decode(v1::Result& result, std::string_view epoch, SnapshotsAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  const v1::SnapshotList& list = result.admin().snapshots();
  for (const v1::Snapshot& wire : list.snapshots()) answer.snapshots.push_back(FromWire(wire));
  answer.under_way = list.under_way();
}

void Decode(v1::Result& result, std::string_view epoch, BackupAnswer& answer) {
  DecodeCommon(result, epoch, answer);
  const v1::Backup& backup = result.admin().backup();
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
