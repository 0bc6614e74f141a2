// What every transaction looked like, and which keys were used: the part of the state that grows
// with history. One per shard, kept in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/byte_arena.h"
#include "engine/key_index.h"
#include "engine/ledger/event.h"
#include "engine/ledger/transaction.h"
#include "engine/request.h"

namespace wallet {

// The transaction that an event created, as it was then. Views are the event's.
Transaction TransactionOf(const Event& event);

// One thread at a time. Views in returned transactions stay valid until the next Apply.
class History {
 public:
  // `hash_seed`: see KeyIndex.
  explicit History(uint64_t hash_seed);

  uint64_t KeyHash(UserId user, std::string_view key) const { return keys_.Hash(user, key); }
  void PrefetchKey(uint64_t hash) const { keys_.Prefetch(hash); }

  void Prefetch(UserId user) const { users_.prefetch(user); }

  // Follows the ledger: a new transaction's id must be the user's next. `encoded` is the event.
  void Apply(const Event& event, const EncodedEvent& encoded);
  // The two cases of Apply; `key_hash` is KeyHash(event.user, event.key).
  void Create(const Event& event, const EncodedEvent& encoded, uint64_t key_hash);
  void Move(const Event& event);

  std::optional<Transaction> FindByKey(UserId user, std::string_view key, uint64_t hash) const;
  std::optional<Transaction> Find(UserId user, TransactionId id) const;

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
  struct User {
    std::vector<const char*> rows;  // of id 1, 2, 3 …
    Currency first_currency;
    // Which ids a currency has; made when the user gets a second currency.
    std::unique_ptr<absl::flat_hash_map<Currency, std::vector<int64_t>>> by_currency;
  };
  class Ids;

  const char* StoreRow(const EncodedEvent& encoded);
  static void AddCurrency(User& user, Currency currency, int64_t id);
  Transaction Load(const char* row) const;

  ByteArena arena_;
  absl::flat_hash_map<UserId, User> users_;
  absl::flat_hash_map<std::pair<UserId, TransactionId>, Moved> moved_;
  KeyIndex keys_;
  int64_t transaction_count_ = 0;
};

}  // namespace wallet
