// What happened: the ledger's only way to change, and what the log holds.
//
// Events are facts, never commands: applying them needs no rule that could change between versions.
// The byte layout is described in engine/ledger/EVENTS.md and pinned by a golden file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/ledger/transaction.h"
#include "engine/ledger/types.h"
#include "wal/base/coding.h"

namespace wallet {

// Stored: numbers are pinned.
enum class EventType : uint8_t {
  kCharged = 1,
  kWithdrawalRequested = 2,
  kWithdrawalMoved = 3,
};

struct Event {
  EventType type = EventType::kCharged;
  UserId user;
  TransactionId id;
  Instant at;

  // kCharged and kWithdrawalRequested.
  Currency currency;
  Amount amount;  // > 0, for both
  std::string_view key;
  std::optional<std::string_view> description;
  std::optional<Instant> release_at;            // kCharged
  std::optional<std::string_view> destination;  // kWithdrawalRequested
  Epoch epoch;                                  // kWithdrawalRequested

  // kWithdrawalMoved.
  Substatus to = Substatus::kNone;
  uint32_t attempt = 0;  // how many attempts have begun, this one included
  std::string_view bank;
  std::string_view code;
  std::string_view message;

  bool operator==(const Event&) const = default;
};

// An event as bytes: what EncodeEvent appended, and the base it was given.
struct EncodedEvent {
  std::string_view bytes;
  Instant base;
};

// Whose transaction an event is about.
struct EventOwner {
  UserId user;
  TransactionId id;
};

// Appends the event, its instant as a difference to `base` (an earlier or equal instant: events of
// a shard carry rising stamps). At most kMaxEventBytes. Aborts on a text longer than its bound:
// DecodeEvent would refuse it, when it is too late.
void EncodeEvent(const Event& event, Instant base, std::string& out);

// Reads one event. Every field is checked against its range, so that what decodes can be applied or
// is a broken invariant; `reader` fails on anything else. Views point into the reader's bytes.
Event DecodeEvent(Reader& reader, Instant base);

// Of bytes that DecodeEvent has read before, or EncodeEvent written.
EventOwner DecodeOwner(std::string_view bytes);

}  // namespace wallet
