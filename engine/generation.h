// The transactions of one stretch of the log, of one shard, in memory.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/index/index_batch.h"
#include "engine/ledger/event.h"
#include "engine/ledger/ref_table.h"
#include "engine/ledger/types.h"
#include "engine/row_arena.h"

namespace wallet {

// A user's ids first … last; none where last < first.
struct IdSpan {
  int64_t first = 1;
  int64_t last = 0;
  bool Has(TransactionId id) const { return first <= id.value() && id.value() <= last; }
};

// A user's ids of one currency within a stretch, ascending; without a list where they are dense.
class CurrencyIds {
 public:
  CurrencyIds() = default;
  explicit CurrencyIds(IdSpan span) : first_(span.first), size_(span.last - span.first + 1) {}
  explicit CurrencyIds(const std::vector<int64_t>& list)
      : list_(&list), size_(static_cast<int64_t>(list.size())) {}

  int64_t size() const { return size_; }
  int64_t operator[](int64_t index) const { return list_ ? (*list_)[index] : first_ + index; }
  // How many ids are below `id`.
  int64_t CountBelow(int64_t id) const;

 private:
  const std::vector<int64_t>* list_ = nullptr;
  int64_t first_ = 1;
  int64_t size_ = 0;
};

// A transaction is a row: the event that created it, behind a link to its user's row before it in
// this stretch. Two hash indexes lead to a key's row and to a user's newest one; every 64th row of
// a user is noted, so that no walk along the links is longer. What happens to a withdrawal later is
// noted beside, whether its row is in this stretch or in an earlier one.
//
// Nothing in it that is as many as the transactions is ever copied to grow, but by RefTable.
//
// One thread while it grows; any number of them, all calls at once, from then on.
class Generation {
 public:
  Generation() = default;
  Generation(const Generation&) = delete;

  // Memory for rows and what leads to them comes from there from now on; it outlives the
  // generation.
  void UseReserve(HugeReserve& reserve) {
    rows_.UseReserve(reserve);
    moves_.UseReserve(reserve);
    by_key_.UseReserve(reserve);
    newest_.UseReserve(reserve);
  }

  // Follows the ledger: a user's transaction has the id after that of his one before. `after` is
  // its account's balance then; `key_hash` is what FindByKey will be given; `several`: whether the
  // user has more than one currency by now.
  void Create(const Event& event, const EncodedEvent& encoded, const Balance& after,
              uint64_t key_hash, bool several);
  void Move(const Event& event, const EncodedEvent& encoded);

  // References to rows, ≥ 1; 0: there is none.
  uint32_t FindByKey(UserId user, std::string_view key, uint64_t hash) const;
  uint32_t Find(UserId user, TransactionId id) const;
  // The user's row before that one.
  uint32_t Before(uint32_t ref) const;

  TransactionId IdOf(uint32_t ref) const;
  // The event that created it; views are the row's.
  Event Load(uint32_t ref) const;
  // The balance it came with.
  Balance After(uint32_t ref) const;
  // What happened last, within this stretch, to a withdrawal of any; none if nothing did. Views are
  // the generation's.
  std::optional<MovedState> FindMove(UserId user, TransactionId id) const;

  // Which of the user's ids are in this stretch.
  IdSpan SpanOf(UserId user) const;
  // Those of one currency; valid until the next change.
  CurrencyIds IdsOf(UserId user, Currency currency) const;

  // Bring what a write of the user needs closer to the processor, in two steps with other work
  // between them; hints.
  void PrefetchIndex(UserId user, uint64_t key_hash) const;
  void PrefetchUser(UserId user) const;
  void PrefetchKey(uint64_t key_hash) const { by_key_.Prefetch(key_hash); }

  // For the index: see IndexSource. A row's handle is its reference.
  uint64_t row_count() const { return row_count_; }
  uint64_t move_count() const { return move_count_; }
  void VisitRows(absl::FunctionRef<void(const IndexedRow&)> visit) const;
  void PrefetchRow(uint32_t ref) const;
  EncodedEvent Encoded(uint32_t ref) const;
  // In the order in which they happened.
  void VisitMoves(absl::FunctionRef<void(const IndexedMove&)> visit) const;
  // A user who was seen with several currencies, and his ids of each, ascending.
  struct Mixed {
    UserId user;
    std::vector<std::pair<Currency, std::vector<int64_t>>> ids;
    // Null when there are none.
    const std::vector<int64_t>* Find(Currency currency) const;
    std::vector<int64_t>& At(Currency currency);
  };
  const std::deque<Mixed>& mixed() const { return mixed_; }

 private:
  struct Milestones {
    int64_t first = 0;  // the id of the first, a multiple of 64
    std::vector<uint32_t> refs;
  };
  class Row;

  // `after`: null for a move.
  static uint32_t Store(RowArena& arena, const Event& event, const EncodedEvent& encoded,
                        const Balance* after);
  // Makes `ref` its user's newest row, linked to the one before; returns that one, 0 for none.
  uint32_t Link(UserId user, uint32_t ref);
  void NoteCurrency(const Event& event, uint32_t previous);
  Mixed& MixedOf(UserId user, uint32_t previous);
  const Mixed* FindMixed(UserId user) const;
  void NoteMilestone(const Event& event, uint32_t ref);
  uint32_t Newest(UserId user) const;
  // The first id of a user whose newest row is `newest`.
  int64_t FirstOf(UserId user, uint32_t newest) const;

  RowArena rows_;
  uint64_t row_count_ = 0;
  RefTable by_key_;
  RefTable newest_;  // by user
  // Of users with so many rows: every 64th, by id.
  absl::flat_hash_map<UserId, Milestones> milestones_;
  // Of users with several currencies: which ids each has. Numbers in the table count from 1.
  std::deque<Mixed> mixed_;
  RefTable mixed_by_user_;
  // What happened to withdrawals later, in the order in which it did.
  RowArena moves_;
  uint64_t move_count_ = 0;
  RefTable last_move_;  // by user and id
};

}  // namespace wallet
