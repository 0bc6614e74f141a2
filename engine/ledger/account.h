// One account's money, split by when it can be withdrawn.
#pragma once

#include <optional>

#include "absl/functional/function_ref.h"
#include "engine/ledger/lots.h"
#include "engine/ledger/types.h"

namespace wallet {

// Keeps total = withdrawable + unreleased + held with each part ≥ 0, and aborts if a change would
// break it.
class Account {
 public:
  Amount total() const { return total_; }
  Amount held() const { return held_; }

  // `release_at` > `now` keeps the money unreleased until then; total + amount must fit. `memory`
  // is where its lots lie, here and below.
  void Credit(Amount amount, std::optional<Instant> release_at, Instant now, LotMemory& memory);
  // Withdrawable → held.
  void Hold(Amount amount, Instant now, LotMemory& memory);
  // Held → gone.
  void Pay(Amount amount);
  // Held → withdrawable.
  void Unhold(Amount amount);

  // Changes nothing; O(lots matured since the last change).
  Balance At(Instant now) const;

  // Lots still ahead of `now`, by instant.
  void ForEachLot(Instant now, absl::FunctionRef<void(Instant, Amount)> visit) const {
    lots_.ForEachAfter(now, visit);
  }

  // All lots as they are, matured ones included: how many, and by instant behind `after` until
  // `visit` returns false.
  size_t lot_count() const { return lots_.count(); }
  void WalkLotsAfter(Instant after, absl::FunctionRef<bool(Instant, Amount)> visit) const {
    lots_.WalkAfter(after, visit);
  }

  void PrefetchLots() const { lots_.Prefetch(); }

  // Make an account that was written down, from nothing: first the numbers, then its lots. False,
  // changing nothing, unless 0 ≤ held, the lots' amounts are > 0, and held and lots fit the total.
  bool Restore(Amount total, Amount held);
  bool RestoreLot(Instant release_at, Amount amount, LotMemory& memory);

  // Recounts what is kept incrementally; aborts on a difference.
  void CheckInvariants() const;

 private:
  Amount total_;
  Amount held_;
  Lots lots_;  // may hold matured ones
};

}  // namespace wallet
