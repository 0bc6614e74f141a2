// u64 base instant, then events back to back.
#include "engine/ledger/event.h"

#include "engine/ledger/limits.h"
#include "tests/fuzz/input.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

void CheckCreated(const Event& event) {
  WALLET_CHECK(event.amount > kNoAmount && event.currency != Currency());
  WALLET_CHECK(!event.key.empty() && event.key.size() <= kMaxKeyBytes);
  WALLET_CHECK(event.to == Substatus::kNone && event.bank.empty() && event.message.empty());
  const bool charge = event.type == EventType::kCharged;
  WALLET_CHECK(charge ? !event.destination : !event.release_at);
}

void CheckMoved(const Event& event) {
  WALLET_CHECK(event.to >= Substatus::kQueued && event.to <= Substatus::kFailed);
  WALLET_CHECK(event.key.empty() && event.amount == kNoAmount);
  WALLET_CHECK(event.bank.size() <= kMaxBankNameBytes);
}

// What decodes can be encoded again: to the same bytes, and under any earlier base to others that
// mean the same.
void CheckRoundTrip(const Event& event, Instant base, std::string_view bytes) {
  std::string again;
  EncodeEvent(event, base, again);
  WALLET_CHECK_NOTE(again == bytes, "one event has one encoding");
  WALLET_CHECK(bytes.size() <= kMaxEventBytes);
  std::string from_zero;
  EncodeEvent(event, kMinInstant, from_zero);
  Reader reader(from_zero);
  WALLET_CHECK(DecodeEvent(reader, kMinInstant) == event && reader.AtEnd());
}

void CheckEvent(const Event& event, Instant base) {
  WALLET_CHECK(event.user.value() > 0 && event.id.value() > 0);
  WALLET_CHECK(event.at >= base && event.at <= kMaxInstant);
  event.type == EventType::kWithdrawalMoved ? CheckMoved(event) : CheckCreated(event);
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const Instant base(static_cast<int64_t>(input.Number<uint64_t>() % (kMaxInstant.value() + 1)));
  const std::string_view bytes = input.Rest();
  Reader reader(bytes);
  while (reader.remaining() > 0) {
    const size_t begin = bytes.size() - reader.remaining();
    const Event event = DecodeEvent(reader, base);
    if (!reader.ok()) break;
    CheckEvent(event, base);
    const size_t end = bytes.size() - reader.remaining();
    CheckRoundTrip(event, base, bytes.substr(begin, end - begin));
  }
  return 0;
}
