// What every transaction looked like, and which keys were used: the part of the state that grows
// with history. One per shard, kept in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "engine/ledger/event.h"
#include "engine/ledger/ref_table.h"
#include "engine/ledger/transaction.h"
#include "engine/request.h"
#include "engine/row_arena.h"

namespace wallet {

// A transaction is a row: the event that created it, behind a link to its user's row before it. Two
// hash indexes lead to a key's row and to a user's newest one; every 64th row of a user is noted,
// so that no walk along the links is longer.
//
// One thread at a time. Views in returned transactions stay valid until the next change.
class History {
 public:
  // `hash_seed` keeps clients from choosing keys that collide.
  explicit History(uint64_t hash_seed) : hash_seed_(hash_seed) {}

  uint64_t KeyHash(UserId user, std::string_view key) const;

  // Bring what a write of the user needs closer to the processor, in two steps with other work
  // between them; hints.
  void PrefetchIndex(UserId user, uint64_t key_hash) const;
  void PrefetchUser(UserId user) const;

  // Follows the ledger: a new transaction's id must be the user's next. `encoded` is the event.
  void Apply(const Event& event, const EncodedEvent& encoded);
  // The two cases of Apply; `key_hash` is KeyHash(event.user, event.key).
  void Create(const Event& event, const EncodedEvent& encoded, uint64_t key_hash);
  void Move(const Event& event);

  std::optional<Transaction> FindByKey(UserId user, std::string_view key, uint64_t hash) const;
  std::optional<Transaction> Find(UserId user, TransactionId id) const;
  // Of a user's ids that exist, in the same order. Neighbours are found through each other.
  std::vector<Transaction> FindAll(UserId user, const std::vector<TransactionId>& ids) const;

  struct Selection {
    std::vector<TransactionId> ids;  // in the order asked for
    int64_t total = 0;
    std::optional<int64_t> next;  // as in Page
  };
  // O(limit), whatever the page or the length of the history.
  Selection Select(const ListTransactions& request) const;

  int64_t transaction_count() const { return transaction_count_; }

 private:
  // The last thing that happened to a withdrawal after its creation.
  struct Moved {
    Substatus substatus;
    Instant at;
    std::string code, message;
  };
  using IdsByCurrency = absl::flat_hash_map<Currency, std::vector<int64_t>>;
  class Row;
  class Ids;

  uint32_t Store(const Event& event, const EncodedEvent& encoded);
  // Makes `ref` its user's newest row, linked to the one before; returns that one, 0 for none.
  uint32_t Link(UserId user, uint32_t ref);
  void NoteCurrency(const Event& event, uint32_t previous);
  uint32_t Newest(UserId user) const;
  uint32_t RefOf(UserId user, TransactionId id) const;
  Ids IdsOf(UserId user, std::optional<Currency> currency) const;
  Transaction Load(uint32_t ref) const;

  const uint64_t hash_seed_;
  RowArena rows_;
  RefTable by_key_;
  RefTable newest_;  // by user
  // Of users with so many rows: every 64th, by id.
  absl::flat_hash_map<UserId, std::vector<uint32_t>> milestones_;
  // Of users with several currencies: which ids each has.
  absl::flat_hash_map<UserId, IdsByCurrency> mixed_;
  absl::flat_hash_map<std::pair<UserId, TransactionId>, Moved> moved_;
  int64_t transaction_count_ = 0;
};

}  // namespace wallet
