// Money that is released later, by its instant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/functional/function_ref.h"
#include "engine/ledger/types.h"
#include "wal/base/prefetch.h"

namespace wallet {

// Amounts of equal instants share a lot. There are millions of these with a lot or two, and a few
// with many thousands: an empty one is a null pointer, a small one a sorted array of just its lots,
// a large one is in blocks (lot_blocks.h).
class Lots {
 public:
  Lots() = default;
  Lots(Lots&& other) noexcept : ref_(std::exchange(other.ref_, 0)) {}
  Lots& operator=(Lots&& other) noexcept {
    std::swap(ref_, other.ref_);
    return *this;
  }
  ~Lots() { Clear(); }

  // Of all lots, matured ones included.
  Amount sum() const;

  // `amount` > 0; the sum must fit.
  void Add(Instant release_at, Amount amount);

  // Lets go of what is released by `now`.
  void DropMatured(Instant now);

  // Of what is not released by `now`. Of many lots: O(blocks released since the last DropMatured).
  Amount SumAfter(Instant now) const;

  // What is not released by `now`, by instant.
  void ForEachAfter(Instant now, absl::FunctionRef<void(Instant, Amount)> visit) const;

  // How many there are, matured ones included. O(1).
  size_t count() const;

  // Visits lots by instant, matured ones included, beginning behind `after`, until `visit` returns
  // false. O(lots visited), but for finding the first.
  void WalkAfter(Instant after, absl::FunctionRef<bool(Instant, Amount)> visit) const;

  // Brings them closer to the processor; a hint.
  void Prefetch() const { wallet::Prefetch(reinterpret_cast<const char*>(ref_)); }

  // Recounts the sum; aborts on a difference.
  void CheckInvariants() const;

 private:
  struct Few;
  struct Many;

  // The lowest bit says which of the two it points to.
  bool is_many() const { return (ref_ & 1) != 0; }
  Few* few() const { return reinterpret_cast<Few*>(ref_); }
  Many* many() const { return reinterpret_cast<Many*>(ref_ & ~uintptr_t{1}); }
  Amount& stored_sum() const;

  // Visits by instant until `visit` returns false.
  template <class Visit>
  void Walk(Visit visit) const;
  void AddToFew(Instant release_at, Amount amount);
  void GrowFew();
  void TurnIntoMany();
  void Clear();

  uintptr_t ref_ = 0;
};

static_assert(sizeof(Lots) == sizeof(void*));

}  // namespace wallet
