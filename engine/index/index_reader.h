// What the index holds, to be read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/index/families.h"
#include "engine/index/key_hash.h"
#include "engine/ledger/transaction.h"
#include "engine/ledger/types.h"
#include "wal/runs/run_view.h"

namespace wallet {

// A transaction that owns its texts; it may be moved.
struct StoredTransaction {
  Transaction transaction;        // its views point into `bytes`
  Balance after;                  // of its account, when it had been made
  std::unique_ptr<char[]> bytes;  // as they were stored
};

enum class IdOrder { kNewestFirst, kOldestFirst };

// Both ends are part of it.
struct IdRange {
  TransactionId first, last;
};

// Everything that happened up to position(), and nothing later. Immutable; any thread, all calls at
// once; copies are cheap. The files stay until it is gone.
//
// Calls that answer a Status read the disk: some µs a run that is in the page cache, and wait where
// it is not. They answer kDataLoss for damage and for entries that contradict each other, the
// disk's own error where a read fails; neither is ever "not found".
class IndexReader {
 public:
  // A view of an index's runs, and its hash.
  IndexReader(std::shared_ptr<const RunView> view, const KeyHasher& hash)
      : view_(std::move(view)), hash_(hash) {}

  const RunView& view() const { return *view_; }
  // Keeps the files for whoever copies them.
  const std::shared_ptr<const RunView>& shared_view() const { return view_; }
  Position position() const { return view_->position(); }
  uint64_t KeyHash(UserId user, std::string_view key) const { return hash_(user, key); }

  absl::StatusOr<std::optional<StoredTransaction>> Find(UserId user, TransactionId id) const;

  // The first `limit` (≥ 0) of the user's transactions in the range, in that order. O(limit).
  absl::StatusOr<std::vector<StoredTransaction>> Range(UserId user, IdRange range, IdOrder order,
                                                       int64_t limit) const;
  // Those of `ids`, which ascend, that there are, in that order. O(ids).
  absl::StatusOr<std::vector<StoredTransaction>> FindAll(
      UserId user, const std::vector<TransactionId>& ids) const;

  // Whether a key with that hash (KeyHash) may be there: no false no, a false yes about once in a
  // million questions and run. From memory alone.
  bool MayHaveKey(uint64_t hash) const { return view_->MayContain(kKeyRuns, hash); }
  // Sets may[i] where that is so of hashes[i], and leaves the others as they are; at a better
  // price.
  void MayHaveKeys(std::span<const uint64_t> hashes, std::span<bool> may) const {
    view_->MayContain(kKeyRuns, hashes, may);
  }
  // The user's transaction with that very key; `hash` is its KeyHash.
  absl::StatusOr<std::optional<StoredTransaction>> FindByKey(uint64_t hash, UserId user,
                                                             std::string_view key) const;

  // How many of the user's transactions are of the currency. These three know users with more than
  // one currency (see IndexedRank), and answer as for none about the others.
  absl::StatusOr<int64_t> CountOfCurrency(UserId user, Currency currency) const;
  // The ids of ranks from … from + limit − 1, as far as there are so many; ascending. O(limit).
  absl::StatusOr<std::vector<TransactionId>> IdsOfCurrency(UserId user, Currency currency,
                                                           int64_t from, int64_t limit) const;
  // How many ids of that currency are below `id`. O(log ids).
  absl::StatusOr<int64_t> RankBelow(UserId user, Currency currency, TransactionId id) const;

 private:
  // Of a currency's ranks, `first` … count − 1 have entries; rank r below `first` is the id r + 1.
  struct Ranks {
    int64_t first = 0;
    int64_t count = 0;
  };
  using RankVisitor = absl::FunctionRef<bool(int64_t rank, TransactionId id)>;

  absl::StatusOr<Ranks> RanksOf(UserId user, Currency currency) const;
  // Visits the ranks from … to − 1, which have entries.
  absl::Status ScanRanks(UserId user, Currency currency, int64_t from, int64_t to,
                         RankVisitor visit) const;
  absl::StatusOr<TransactionId> IdAt(UserId user, Currency currency, int64_t rank) const;
  // The first rank of from … to whose id is not below `id`, as far as halving tells it cheaply.
  absl::Status Narrow(UserId user, Currency currency, TransactionId id, int64_t& from,
                      int64_t& to) const;

  std::shared_ptr<const RunView> view_;
  KeyHasher hash_;
};

// kDataLoss about what the runs hold of the user: what it is, and what to do.
absl::Status IndexDamage(UserId user, std::string_view what);

}  // namespace wallet
