// Results as the engine gives them.
#pragma once

#include <string_view>

#include "engine/batch.h"

namespace wallet {

inline constexpr std::string_view kEpoch = "k3v7qm2a";

inline Currency Usd() { return *Currency::Parse("USD"); }

// 2024-01-10T10:00:00Z
inline constexpr Instant kCreated{1'704'880'800'000'000};
// 2024-01-15T12:00:00Z
inline constexpr Instant kRelease{1'705'320'000'000'000};

inline Transaction SampleCharge() {
  Transaction transaction;
  transaction.user = UserId(123);
  transaction.id = TransactionId(1);
  transaction.currency = Usd();
  transaction.amount = Amount(5000);
  transaction.created_at = transaction.updated_at = kCreated;
  transaction.key = "charge-2024-001";
  return transaction;
}

inline Transaction SampleWithdrawal(Substatus substatus) {
  Transaction transaction = SampleCharge();
  transaction.id = TransactionId(2);
  transaction.type = TransactionType::kWithdraw;
  transaction.substatus = substatus;
  transaction.epoch = *Epoch::Parse(kEpoch);
  transaction.amount = Amount(-1000);
  transaction.key = "withdraw-2024-001";
  return transaction;
}

// The answer to a write that left this transaction.
inline Result SampleResult(const Transaction& transaction) {
  Result result;
  result.set_transaction(transaction);
  result.balance = Balance{Amount(10000), Amount(7000), Amount(2000), Amount(1000)};
  result.currency = Usd();
  result.position = Position(500);
  return result;
}

}  // namespace wallet
