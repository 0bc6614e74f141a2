// The bytes of a transaction in the index: what a run holds under (user, id). Pure functions; the
// layout is described in engine/index/FORMAT.md and pinned by a golden file.
//
// A row is a transaction with its state when it was written. A withdrawal that moves later gets a
// change: its new state alone, under the same key in a newer run. CombineRows makes one of the two.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/index/limits.h"
#include "engine/ledger/event.h"
#include "engine/ledger/transaction.h"
#include "engine/ledger/types.h"
#include "wal/runs/run_entry.h"

namespace wallet {

// The last thing that happened to a withdrawal after its creation.
struct MovedState {
  Substatus substatus = Substatus::kNone;  // never kNone once it moved
  Instant at;
  std::string_view code, message;
  bool operator==(const MovedState&) const = default;
};

// Views point into what was decoded, or belong to whoever made it.
struct TransactionRow {
  Event created;  // kCharged or kWithdrawalRequested; user and id are the key's, not stored again
  Balance after;  // the account's, when the transaction had been made
  std::optional<MovedState> moved;  // withdrawals
  bool operator==(const TransactionRow&) const = default;
};

// One thread. What it returns is valid until the next call. Aborts on fields out of their ranges:
// decoding would refuse them when it is too late.
class RowEncoder {
 public:
  // `after`: TransactionRow's; `moved`: null unless it has moved.
  std::string_view Row(const Event& created, const Balance& after, const MovedState* moved);
  std::string_view Change(const MovedState& moved);

 private:
  char bytes_[kMaxRowBytes];
};

// Every field is checked against its range; nullopt: these are not the bytes of a row, a change.
std::optional<TransactionRow> DecodeRow(std::string_view bytes);
std::optional<MovedState> DecodeChange(std::string_view bytes);

// RunCombine of the family: a change joins its row, of two changes the newer stays, and so does a
// row that was written again: whoever wrote it knew all that had happened. What can't be joined
// becomes bytes that are neither, so that it is refused when it is read.
void CombineRows(RunKey key, std::string& newer, std::string_view older);

// The transaction as clients see it; views are the row's, or the event's that created it.
Transaction TransactionOf(const Event& created);
Transaction TransactionOf(UserId user, TransactionId id, const TransactionRow& row);
// Makes it as it is after a later move.
void MoveTo(const MovedState& moved, Transaction& transaction);

}  // namespace wallet
