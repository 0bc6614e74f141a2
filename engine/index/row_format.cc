#include "engine/index/row_format.h"

#include <cstring>

#include "engine/index/balance_format.h"
#include "engine/index/entry_format.h"
#include "engine/index/field_reader.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

// The first byte: what it is in the low bits, above them which optional fields follow. Stored.
constexpr uint8_t kKindMask = 0x07;
constexpr uint8_t kUnreadable = 6;
constexpr uint8_t kChange = 7;
constexpr uint8_t kHasDescription = 0x08;
constexpr uint8_t kHasReleaseAt = 0x10;
constexpr uint8_t kHasDestination = 0x20;
constexpr uint8_t kMoved = 0x40;
constexpr uint8_t kFlags = kHasDescription | kHasReleaseAt | kHasDestination | kMoved;

constexpr size_t kEpochBytes = 5;

// 2030-01-01: instants from 2021 to 2038 take 7 bytes as a distance from it, and 8 from 1970.
constexpr Instant kRowTime{1'893'456'000 * kMicrosPerSecond};

class FieldWriter {
 public:
  explicit FieldWriter(char* out) : begin_(out), at_(out) {}

  void Byte(uint8_t value) { *at_++ = static_cast<char>(value); }
  void Number(uint64_t value) { at_ = PutVarint(at_, value); }
  void Fixed(uint64_t value, size_t bytes) {
    std::memcpy(at_, &value, bytes);
    at_ += bytes;
  }
  void Text(std::string_view text, size_t most) {
    WALLET_CHECK(text.size() <= most);
    Number(text.size());
    at_ += text.copy(at_, text.size());
  }
  void BalanceOf(const Balance& balance) { at_ = PutBalance(at_, balance); }
  void InstantFrom(Instant base, Instant instant) {
    WALLET_CHECK(kMinInstant <= instant && instant <= kMaxInstant);
    Number(ZigZag(instant.value() - base.value()));
  }
  std::string_view written() const { return {begin_, static_cast<size_t>(at_ - begin_)}; }

 private:
  char* const begin_;
  char* at_;
};

bool IsCharge(const Event& event) { return event.type == EventType::kCharged; }

uint8_t Head(const Event& event, bool moved) {
  const auto type = IsCharge(event) ? TransactionType::kCharge : TransactionType::kWithdraw;
  uint8_t head = static_cast<uint8_t>(type);
  if (event.description) head |= kHasDescription;
  if (event.release_at) head |= kHasReleaseAt;
  if (event.destination) head |= kHasDestination;
  if (moved) head |= kMoved;
  return head;
}

// Clients name releases in whole seconds, mostly: as such they take 3 or 4 bytes, not 6 or 7.
void WriteRelease(Instant created, Instant release, FieldWriter& out) {
  WALLET_CHECK(kMinInstant <= release && release <= kMaxInstant);
  const bool whole = release.value() % kMicrosPerSecond == 0;
  const int64_t unit = whole ? kMicrosPerSecond : 1;
  const int64_t distance = release.value() / unit - created.value() / unit;
  out.Number(ZigZag(distance) << 1 | (whole ? 1 : 0));
}

Instant ReadRelease(Instant created, FieldReader& fields) {
  const uint64_t number = fields.Varint();
  const int64_t distance = UnZigZag(number >> 1);
  if ((number & 1) == 0) {
    const Instant release = fields.Near(created, distance);
    if (release.value() % kMicrosPerSecond == 0) fields.Fail();  // it has a shorter form
    return release;
  }
  constexpr int64_t kMost = kMaxInstant.value() / kMicrosPerSecond;
  if (distance < -kMost || distance > kMost) return fields.Fail(), kMinInstant;
  const int64_t second = created.value() / kMicrosPerSecond * kMicrosPerSecond;
  return fields.Near(Instant(second), distance * kMicrosPerSecond);
}

void WriteState(const MovedState& moved, Instant base, FieldWriter& out) {
  WALLET_CHECK(moved.substatus != Substatus::kNone);
  out.Byte(static_cast<uint8_t>(moved.substatus));
  out.InstantFrom(base, moved.at);
  out.Text(moved.code, kMaxFailureCodeBytes);
  out.Text(moved.message, kMaxFailureMessageBytes);
}

MovedState ReadState(Instant base, FieldReader& fields) {
  MovedState moved;
  const uint8_t substatus = fields.Byte();
  if (substatus == 0 || substatus >= kSubstatusCount) fields.Fail();
  moved.substatus = static_cast<Substatus>(substatus);
  moved.at = fields.InstantFrom(base);
  moved.code = fields.Text(0, kMaxFailureCodeBytes);
  moved.message = fields.Text(0, kMaxFailureMessageBytes);
  return moved;
}

Currency ReadCurrency(FieldReader& fields) {
  const std::optional<Currency> currency = CurrencyOf(fields.Word());
  if (!currency) fields.Fail();
  return currency.value_or(Currency());
}

void ReadCreated(uint8_t head, FieldReader& fields, TransactionRow& row) {
  Event& event = row.created;
  const bool charge = IsCharge(event);
  // A flag that the type does not have must not be set: one row has one encoding.
  if (head & (charge ? kHasDestination | kMoved : kHasReleaseAt)) fields.Fail();
  event.currency = ReadCurrency(fields);
  event.at = fields.InstantFrom(kRowTime);
  event.amount = Amount(fields.Number(1, INT64_MAX));
  row.after = BalanceOf(fields);
  event.key = fields.Text(1, kMaxKeyBytes);
  if (!charge) event.epoch = Epoch(fields.Fixed(kEpochBytes));
  if (head & kHasReleaseAt) event.release_at = ReadRelease(event.at, fields);
  if (head & kHasDestination) event.destination = fields.Text(0, kMaxDestinationBytes);
  if (head & kHasDescription) event.description = fields.Text(0, kMaxDescriptionBytes);
}

std::optional<EventType> TypeOf(uint8_t head) {
  if (head & ~(kKindMask | kFlags)) return std::nullopt;
  switch (static_cast<TransactionType>(head & kKindMask)) {
    case TransactionType::kCharge:
      return EventType::kCharged;
    case TransactionType::kWithdraw:
      return EventType::kWithdrawalRequested;
    default:
      return std::nullopt;
  }
}

bool IsChange(std::string_view bytes) { return !bytes.empty() && bytes[0] == kChange; }

std::string Unreadable(std::string_view row) {
  return std::string(1, static_cast<char>(kUnreadable)).append(row.substr(0, kMaxRowBytes));
}

}  // namespace

std::string_view RowEncoder::Row(const Event& created, const Balance& after,
                                 const MovedState* moved) {
  const bool charge = IsCharge(created);
  WALLET_CHECK(created.type != EventType::kWithdrawalMoved && !(charge && moved));
  WALLET_CHECK(!(charge ? created.destination.has_value() : created.release_at.has_value()));
  WALLET_CHECK(created.amount > kNoAmount && !created.key.empty());
  FieldWriter out(bytes_);
  out.Byte(Head(created, moved != nullptr));
  out.Fixed(CodeOf(created.currency), sizeof(uint16_t));
  out.InstantFrom(kRowTime, created.at);
  out.Number(static_cast<uint64_t>(created.amount.value()));
  out.BalanceOf(after);
  out.Text(created.key, kMaxKeyBytes);
  if (!charge) out.Fixed(created.epoch.bits(), kEpochBytes);
  if (created.release_at) WriteRelease(created.at, *created.release_at, out);
  if (created.destination) out.Text(*created.destination, kMaxDestinationBytes);
  if (created.description) out.Text(*created.description, kMaxDescriptionBytes);
  if (moved) WriteState(*moved, created.at, out);
  return out.written();
}

std::string_view RowEncoder::Change(const MovedState& moved) {
  FieldWriter out(bytes_);
  out.Byte(kChange);
  WriteState(moved, kRowTime, out);
  return out.written();
}

std::optional<TransactionRow> DecodeRow(std::string_view bytes) {
  FieldReader fields(bytes);
  const uint8_t head = fields.Byte();
  const std::optional<EventType> type = TypeOf(head);
  if (!type) return std::nullopt;
  TransactionRow row;
  row.created.type = *type;
  ReadCreated(head, fields, row);
  if (head & kMoved) row.moved = ReadState(row.created.at, fields);
  if (!fields.AtEnd()) return std::nullopt;
  return row;
}

std::optional<MovedState> DecodeChange(std::string_view bytes) {
  FieldReader fields(bytes);
  if (fields.Byte() != kChange) return std::nullopt;
  const MovedState moved = ReadState(kRowTime, fields);
  if (!fields.AtEnd()) return std::nullopt;
  return moved;
}

void CombineRows(RunKey /*key*/, std::string& newer, std::string_view older) {
  if (!IsChange(newer) || IsChange(older)) return;
  const std::optional<MovedState> moved = DecodeChange(newer);
  const std::optional<TransactionRow> row = DecodeRow(older);
  if (!moved || !row || IsCharge(row->created)) {
    newer = Unreadable(older);
    return;
  }
  RowEncoder encoder;
  newer = std::string(encoder.Row(row->created, row->after, &*moved));
}

Transaction TransactionOf(UserId user, TransactionId id, const TransactionRow& row) {
  Transaction transaction = TransactionOf(row.created);
  transaction.user = user;
  transaction.id = id;
  if (row.moved) MoveTo(*row.moved, transaction);
  return transaction;
}

Transaction TransactionOf(const Event& event) {
  const bool charge = IsCharge(event);
  Transaction transaction;
  transaction.user = event.user;
  transaction.id = event.id;
  transaction.type = charge ? TransactionType::kCharge : TransactionType::kWithdraw;
  transaction.substatus = charge ? Substatus::kNone : Substatus::kQueued;
  transaction.currency = event.currency;
  transaction.epoch = event.epoch;
  transaction.amount = charge ? event.amount : Amount(-event.amount.value());
  transaction.created_at = event.at;
  transaction.updated_at = event.at;
  transaction.release_at = event.release_at;
  transaction.key = event.key;
  transaction.destination = event.destination;
  transaction.description = event.description;
  return transaction;
}

void MoveTo(const MovedState& moved, Transaction& transaction) {
  transaction.substatus = moved.substatus;
  transaction.updated_at = moved.at;
  if (moved.substatus != Substatus::kFailed) return;
  transaction.failure_code = moved.code;
  transaction.failure_message = moved.message;
}

}  // namespace wallet
