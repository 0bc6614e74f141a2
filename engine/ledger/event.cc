#include "engine/ledger/event.h"

#include "engine/ledger/limits.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

// The first byte: the type in the low bits, above them which optional fields follow.
constexpr uint8_t kTypeMask = 0x07;
constexpr uint8_t kHasDescription = 0x08;
constexpr uint8_t kHasReleaseAt = 0x10;
constexpr uint8_t kHasDestination = 0x20;

constexpr int kEpochBytes = 5;

void PutEpoch(std::string& out, Epoch epoch) {
  const uint64_t bits = epoch.bits();
  out.append(reinterpret_cast<const char*>(&bits), kEpochBytes);
}

void PutCurrency(std::string& out, Currency currency) {
  const uint32_t packed = currency.packed();
  out.append(reinterpret_cast<const char*>(&packed), 3);
}

uint8_t Head(const Event& event) {
  uint8_t head = static_cast<uint8_t>(event.type);
  if (event.description) head |= kHasDescription;
  if (event.release_at) head |= kHasReleaseAt;
  if (event.destination) head |= kHasDestination;
  return head;
}

// Numbers that must lie in [low, high] and texts of bounded size; the reader fails otherwise.
class Fields {
 public:
  explicit Fields(Reader& reader) : reader_(reader) {}

  int64_t Number(int64_t low, int64_t high) {
    const uint64_t value = reader_.Varint();
    if (value > static_cast<uint64_t>(high) || static_cast<int64_t>(value) < low) reader_.Fail();
    return reader_.ok() ? static_cast<int64_t>(value) : low;
  }
  int64_t Positive() { return Number(1, INT64_MAX); }

  std::string_view Text(size_t low, size_t high) {
    const std::string_view text = reader_.Bytes();
    if (text.size() < low || text.size() > high) reader_.Fail();
    return reader_.ok() ? text : std::string_view();
  }

  Currency ReadCurrency() {
    uint32_t packed = 0;
    const std::string_view bytes = reader_.Raw(3);
    std::memcpy(&packed, bytes.data(), bytes.size());
    const std::optional<Currency> currency = Currency::FromPacked(packed);
    if (!currency) reader_.Fail();
    return currency.value_or(Currency());
  }

  Epoch ReadEpoch() {
    uint64_t bits = 0;
    const std::string_view bytes = reader_.Raw(kEpochBytes);
    std::memcpy(&bits, bytes.data(), bytes.size());
    return Epoch(bits);
  }

 private:
  Reader& reader_;
};

void DecodeCreated(Fields& fields, Reader& reader, uint8_t flags, Event& event) {
  const bool charge = event.type == EventType::kCharged;
  // A flag that the type does not have must not be set: one event has one encoding.
  if (flags & (charge ? kHasDestination : kHasReleaseAt)) reader.Fail();
  event.currency = fields.ReadCurrency();
  event.amount = Amount(fields.Positive());
  event.key = fields.Text(1, kMaxKeyBytes);
  if (!charge) event.epoch = fields.ReadEpoch();
  if (flags & kHasReleaseAt) {
    event.release_at = Instant(fields.Number(kMinInstant.value(), kMaxInstant.value()));
  }
  if (flags & kHasDestination) event.destination = fields.Text(0, kMaxDestinationBytes);
  if (flags & kHasDescription) event.description = fields.Text(0, kMaxDescriptionBytes);
}

void DecodeMoved(Fields& fields, Reader& reader, uint8_t flags, Event& event) {
  if (flags != 0) reader.Fail();
  event.to = static_cast<Substatus>(fields.Number(1, kSubstatusCount - 1));
  event.attempt = static_cast<uint32_t>(fields.Number(0, UINT32_MAX));
  event.bank = fields.Text(0, kMaxBankNameBytes);
  event.code = fields.Text(0, kMaxFailureCodeBytes);
  event.message = fields.Text(0, kMaxFailureMessageBytes);
}

}  // namespace

void EncodeEvent(const Event& event, Instant base, std::string& out) {
  WALLET_CHECK(event.at >= base);
  out.push_back(static_cast<char>(Head(event)));
  PutVarint(out, static_cast<uint64_t>(event.user.value()));
  PutVarint(out, static_cast<uint64_t>(event.id.value()));
  PutVarint(out, static_cast<uint64_t>(event.at.value() - base.value()));
  if (event.type == EventType::kWithdrawalMoved) {
    PutVarint(out, static_cast<uint64_t>(event.to));
    PutVarint(out, event.attempt);
    PutBytes(out, event.bank);
    PutBytes(out, event.code);
    PutBytes(out, event.message);
    return;
  }
  PutCurrency(out, event.currency);
  PutVarint(out, static_cast<uint64_t>(event.amount.value()));
  PutBytes(out, event.key);
  if (event.type == EventType::kWithdrawalRequested) PutEpoch(out, event.epoch);
  if (event.release_at) PutVarint(out, static_cast<uint64_t>(event.release_at->value()));
  if (event.destination) PutBytes(out, *event.destination);
  if (event.description) PutBytes(out, *event.description);
}

Event DecodeEvent(Reader& reader, Instant base) {
  Fields fields(reader);
  const uint8_t head = reader.Fixed<uint8_t>();
  const uint8_t flags = head & ~kTypeMask;
  Event event;
  event.type = static_cast<EventType>(head & kTypeMask);
  event.user = UserId(fields.Positive());
  event.id = TransactionId(fields.Positive());
  event.at = Instant(base.value() + fields.Number(0, kMaxInstant.value() - base.value()));
  switch (event.type) {
    case EventType::kCharged:
    case EventType::kWithdrawalRequested:
      DecodeCreated(fields, reader, flags, event);
      break;
    case EventType::kWithdrawalMoved:
      DecodeMoved(fields, reader, flags, event);
      break;
    default:
      reader.Fail();
  }
  if (flags & ~(kHasDescription | kHasReleaseAt | kHasDestination)) reader.Fail();
  return event;
}

}  // namespace wallet
