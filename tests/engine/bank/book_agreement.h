// The bank's book held against the wallet's log.
#pragma once

#include <cstdint>
#include <string_view>

#include "tests/engine/bank/ledger_steps.h"

namespace wallet {

struct Tally {
  int64_t completed = 0;
  int64_t failed = 0;
  int64_t in_review = 0;
  int64_t open = 0;  // anything else
};

// Fails the test unless the book holds at most one judgement for each reference, a payment of the
// right amount for each completed withdrawal, and none for each failed one. Counts the withdrawals.
Tally ExpectBookAgrees(const LedgerDisk& disk, std::string_view book);

}  // namespace wallet
