// What every transaction looked like, and which keys were used: the part of the state that grows
// with history. One per shard.
//
// The newest transactions are in memory, in at most two generations: one that grows, and the one
// before it while that is being written into the index. Everything older is in the index on disk,
// which no call here reads: a call that would have to says so, and is made again when somebody has
// looked there (engine/index_lookup.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/generation.h"
#include "engine/index/index_reader.h"
#include "engine/index/key_hash.h"
#include "engine/index_lookup.h"
#include "engine/ledger/event.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/transaction.h"
#include "engine/request.h"

namespace wallet {

// What is known from the index beforehand, and what turned out to be needed besides: where `wanted`
// is set after a call, its answer means nothing.
struct Disk {
  const IndexFindings* found = nullptr;
  std::optional<IndexLookup> wanted;

  IndexLookup& Want() { return wanted ? *wanted : wanted.emplace(); }
};

// A transaction as it is now, and its account's balance as it was when it had been made.
struct PastTransaction {
  Transaction transaction;
  Balance after;
};

// One thread at a time. Views in returned transactions are valid until the next change, and as long
// as what `Disk` points to.
class History {
 public:
  // Without an index everything stays in memory; `hash` must be the index's.
  explicit History(const KeyHasher& hash, std::optional<IndexReader> index = {});

  // The rows' memory comes from there from now on; it outlives every generation.
  void UseReserve(HugeReserve& reserve);

  uint64_t KeyHash(UserId user, std::string_view key) const { return hash_(user, key); }

  // Sets may[i] where the index, as it is now, may have the key of hash hashes[i], and leaves the
  // others as they are. From memory; many at once cost less than one by one.
  void AskIndex(std::span<const uint64_t> hashes, std::span<bool> may) const {
    if (index_) index_->MayHaveKeys(hashes, may);
  }

  // Bring what a write of the user needs closer to the processor, in two steps with other work
  // between them; hints.
  void PrefetchIndex(UserId user, uint64_t key_hash) const;
  void PrefetchUser(UserId user) const { growing_->PrefetchUser(user); }

  // Follows the ledger. `encoded` is the event; `after`, of a new transaction, is its account's
  // balance now; `several`: whether its user has transactions in more than one currency by now.
  void Apply(const Event& event, const EncodedEvent& encoded, const Balance& after, bool several);
  // The two cases of Apply; `key_hash` is KeyHash(event.user, event.key).
  void Create(const Event& event, const EncodedEvent& encoded, const Balance& after,
              uint64_t key_hash, bool several) {
    growing_->Create(event, encoded, after, key_hash, several);
  }
  void Move(const Event& event, const EncodedEvent& encoded) { growing_->Move(event, encoded); }

  // `indexed`: false where AskIndex said that the index does not have it.
  std::optional<Transaction> FindByKey(UserId user, std::string_view key, uint64_t hash, Disk& disk,
                                       bool indexed = true) const;
  // `last`: the id of the user's newest.
  std::optional<PastTransaction> Find(UserId user, TransactionId id, TransactionId last,
                                      Disk& disk) const;
  // Gives each of a user's ids that exist, with its place among `ids`, which rise or fall, to
  // `visit`. Neighbours are found through each other. `after` is zeros unless `with_balances`.
  using Visit = absl::FunctionRef<void(size_t place, const PastTransaction& found)>;
  void FindAll(UserId user, const std::vector<TransactionId>& ids, bool with_balances, Disk& disk,
               Visit visit) const;

  struct Selection {
    std::vector<TransactionId> ids;  // in the order asked for
    int64_t total = 0;
    std::optional<int64_t> next;  // as in Page
  };
  // O(limit), whatever the page or the length of the history. `user`: the ledger's.
  Selection Select(const ListTransactions& request, const UserSummary& user, Disk& disk) const;

  // As it is now, `transaction` being as it was at some time since it came into the index at
  // index_position().
  void BringUpToDate(Transaction& transaction) const;

  // Everything up to it has left the memory.
  Position index_position() const { return index_ ? index_->position() : Position(0); }
  // To read from; there must be one.
  const IndexReader& index() const { return *index_; }

  // How many transactions and later moves of withdrawals the growing generation has.
  uint64_t growing_size() const { return growing_->row_count() + growing_->move_count(); }
  // Begins a new generation; what is returned never changes again, and is still read here. Not
  // while there is another one.
  std::shared_ptr<const Generation> Freeze();
  bool frozen() const { return frozen_ != nullptr; }
  // What was frozen is in `index`: lets go of it. Returns what was read so far: who lets go of that
  // last gives back the memory of filters, which takes some ms.
  std::optional<IndexReader> Written(IndexReader index);
  // Reads the same from fewer files; an index of another position is ignored. Returns what is read
  // no longer, as above.
  std::optional<IndexReader> Refresh(IndexReader index);

 private:
  // A user's transactions, one after the other.
  class Walk;

  Transaction Load(const Generation& generation, uint32_t ref) const;

  KeyHasher hash_;
  HugeReserve* reserve_ = nullptr;
  std::shared_ptr<Generation> growing_;
  std::shared_ptr<const Generation> frozen_;  // older
  std::optional<IndexReader> index_;          // older still
};

}  // namespace wallet
