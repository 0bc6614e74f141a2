// What is to be written into the index, as those who have it offer it.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/index/row_format.h"
#include "engine/ledger/event.h"
#include "engine/ledger/types.h"
#include "wal/base/position.h"

namespace wallet {

// A transaction's row; `handle` (48 bits) is what the source finds it by.
struct IndexedRow {
  UserId user;
  TransactionId id;
  uint64_t handle = 0;
};

// What a row is made of.
struct IndexedTransaction {
  EncodedEvent created;  // the event that created it
  Balance after;         // its account's, after that event
};

// Where a withdrawal was moved to last.
struct IndexedMove {
  UserId user;
  TransactionId id;
  MovedState state;
};

// The transaction `id` is the user's one with `rank` (from 0) in its currency.
//
// Of a user with one currency there are none. From the transaction on that brings the second
// currency, every one has its rank; and once more, in the same batch, so has the last transaction
// before it, in the first currency: it says that all ids up to it are of that currency.
struct IndexedRank {
  UserId user;
  Currency currency;
  int64_t rank = 0;
  TransactionId id;
};

// A part of what happened, of one shard. Immutable, so that any thread may read it; texts and bytes
// live as long as the source.
class IndexSource {
 public:
  virtual ~IndexSource() = default;

  // How many of each the visits will show.
  virtual uint64_t rows() const = 0;
  virtual uint64_t moves() const = 0;
  virtual uint64_t ranks() const = 0;

  virtual void VisitRows(absl::FunctionRef<void(const IndexedRow&)> visit) const = 0;
  // Brings the row closer to the processor; a hint.
  virtual void PrefetchRow(uint64_t /*handle*/) const {}
  virtual IndexedTransaction LoadRow(uint64_t handle) const = 0;
  virtual void VisitMoves(absl::FunctionRef<void(const IndexedMove&)> visit) const = 0;
  virtual void VisitRanks(absl::FunctionRef<void(const IndexedRank&)> visit) const = 0;
};

// All that happened from some position, not above that of the index, up to `position`.
//
// What the index has already may come again, whole: a transaction that comes again comes with its
// last move, if it moved. Moves may be of transactions in the batch, or of earlier ones.
struct IndexBatch {
  // At most kMaxIndexSources; of two that name the same move, the later one knows better.
  std::vector<std::shared_ptr<const IndexSource>> sources;
  Position position;
};

}  // namespace wallet
