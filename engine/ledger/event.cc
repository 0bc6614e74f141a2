#include "engine/ledger/event.h"

#include "engine/ledger/fields.h"
#include "engine/ledger/limits.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

// The first byte: the type in the low bits, above them which optional fields follow.
constexpr uint8_t kTypeMask = 0x07;
constexpr uint8_t kHasDescription = 0x08;
constexpr uint8_t kHasReleaseAt = 0x10;
constexpr uint8_t kHasDestination = 0x20;

// Writes one event's fields into a buffer that holds the largest: growing a string field by field
// costs more than the fields.
class FieldWriter {
 public:
  void Byte(uint8_t value) { *at_++ = static_cast<char>(value); }
  void Number(uint64_t value) { at_ = PutVarint(at_, value); }
  void Number(int64_t value) { Number(static_cast<uint64_t>(value)); }
  // The low bytes of the number.
  void Fixed(uint64_t value, size_t bytes) {
    std::memcpy(at_, &value, bytes);
    at_ += bytes;
  }
  void Text(std::string_view text, size_t most) {
    WALLET_CHECK(text.size() <= most);
    Number(uint64_t{text.size()});
    at_ += text.copy(at_, text.size());
  }
  void AppendTo(std::string& out) const { out.append(buffer_, static_cast<size_t>(at_ - buffer_)); }

 private:
  char buffer_[kMaxEventBytes];
  char* at_ = buffer_;
};

uint8_t Head(const Event& event) {
  uint8_t head = static_cast<uint8_t>(event.type);
  if (event.description) head |= kHasDescription;
  if (event.release_at) head |= kHasReleaseAt;
  if (event.destination) head |= kHasDestination;
  return head;
}

void WriteCreated(const Event& event, FieldWriter& out) {
  out.Fixed(event.currency.packed(), kCurrencyBytes);
  out.Number(event.amount.value());
  out.Text(event.key, kMaxKeyBytes);
  if (event.type == EventType::kWithdrawalRequested) out.Fixed(event.epoch.bits(), kEpochBytes);
  if (event.release_at) out.Number(event.release_at->value());
  if (event.destination) out.Text(*event.destination, kMaxDestinationBytes);
  if (event.description) out.Text(*event.description, kMaxDescriptionBytes);
}

void WriteMoved(const Event& event, FieldWriter& out) {
  out.Number(static_cast<uint64_t>(event.to));
  out.Number(uint64_t{event.attempt});
  out.Text(event.bank, kMaxBankNameBytes);
  out.Text(event.code, kMaxFailureCodeBytes);
  out.Text(event.message, kMaxFailureMessageBytes);
}

void DecodeCreated(Fields& fields, Reader& reader, uint8_t flags, Event& event) {
  const bool charge = event.type == EventType::kCharged;
  // A flag that the type does not have must not be set: one event has one encoding.
  if (flags & (charge ? kHasDestination : kHasReleaseAt)) reader.Fail();
  event.currency = fields.ReadCurrency();
  event.amount = Amount(fields.Positive());
  event.key = fields.Text(1, kMaxKeyBytes);
  if (!charge) event.epoch = Epoch(fields.Fixed(kEpochBytes));
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
  FieldWriter writer;
  writer.Byte(Head(event));
  writer.Number(event.user.value());
  writer.Number(event.id.value());
  writer.Number(event.at.value() - base.value());
  if (event.type == EventType::kWithdrawalMoved) {
    WriteMoved(event, writer);
  } else {
    WriteCreated(event, writer);
  }
  writer.AppendTo(out);
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

EventOwner DecodeOwner(std::string_view bytes) {
  Reader reader(bytes);
  reader.Fixed<uint8_t>();
  const auto user = static_cast<int64_t>(reader.Varint());
  const auto id = static_cast<int64_t>(reader.Varint());
  WALLET_CHECK(reader.ok());
  return {UserId(user), TransactionId(id)};
}

}  // namespace wallet
