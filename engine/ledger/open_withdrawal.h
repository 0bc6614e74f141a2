// A withdrawal on its way.
#pragma once

#include <cstdint>
#include <string>

#include "engine/ledger/transaction.h"
#include "engine/ledger/types.h"

namespace wallet {

// A withdrawal that is not completed or failed.
struct OpenWithdrawal {
  UserId user;
  TransactionId id;
  Currency currency;
  Amount amount;  // > 0: what is held
  Epoch epoch;
  Instant created_at;
  Instant updated_at;
  Substatus substatus = Substatus::kQueued;
  uint32_t attempts = 0;
  // Some attempt may have paid: from then on no attempt's refusal is proof, only the bank's word
  // about the reference is.
  bool may_have_paid = false;
  std::string bank;  // of the last attempt; empty before the first
  std::string destination;
  bool operator==(const OpenWithdrawal&) const = default;
};

}  // namespace wallet
