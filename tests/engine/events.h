// Short ways to make events in tests.
#pragma once

#include <string_view>

#include "engine/ledger/event.h"

namespace wallet::testing {

inline Event Charged(int64_t user, int64_t id, std::string_view key, int64_t amount = 100,
                     std::string_view currency = "USD", int64_t at = 1'000) {
  Event event;
  event.type = EventType::kCharged;
  event.user = UserId(user);
  event.id = TransactionId(id);
  event.at = Instant(at);
  event.currency = *Currency::Parse(currency);
  event.amount = Amount(amount);
  event.key = key;
  return event;
}

inline Event WithdrawalRequested(int64_t user, int64_t id, std::string_view key,
                                 int64_t amount = 10, int64_t at = 2'000) {
  Event event = Charged(user, id, key, amount, "USD", at);
  event.type = EventType::kWithdrawalRequested;
  event.epoch = Epoch(42);
  return event;
}

inline Event Moved(int64_t user, int64_t id, Substatus to, int64_t at = 3'000) {
  Event event;
  event.type = EventType::kWithdrawalMoved;
  event.user = UserId(user);
  event.id = TransactionId(id);
  event.at = Instant(at);
  event.to = to;
  event.attempt = 1;
  event.bank = "sim";
  if (to == Substatus::kFailed) {
    event.code = "declined";
    event.message = "no such account";
  }
  return event;
}

}  // namespace wallet::testing
