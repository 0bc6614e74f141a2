#include "engine/ledger/lots.h"

#include <algorithm>
#include <cstdlib>

#include "engine/ledger/lot_blocks.h"
#include "wal/base/check.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

// Beyond it, moving the array costs more than blocks.
constexpr uint32_t kMostFew = 64;

}  // namespace

// Its lots follow in the same allocation.
struct Lots::Few {
  Amount sum;
  uint32_t size;
  uint32_t capacity;

  Lot* begin() { return reinterpret_cast<Lot*>(this + 1); }
  Lot* end() { return begin() + size; }
};

struct Lots::Many {
  Amount sum;
  LotBlocks lots;
};

template <class Visit>
void Lots::Walk(Visit visit) const {
  if (ref_ == 0) return;
  if (is_many()) return many()->lots.WalkAfter(Instant(INT64_MIN), visit);
  for (Lot* lot = few()->begin(); lot != few()->end(); ++lot) {
    if (!visit(lot->release_at, lot->amount)) return;
  }
}

Amount& Lots::stored_sum() const { return is_many() ? many()->sum : few()->sum; }

Amount Lots::sum() const { return ref_ == 0 ? kNoAmount : stored_sum(); }

Amount Lots::SumAfter(Instant now) const {
  const Instant last(now.value() - (WALLET_MUTANT("release_instant_excluded") ? 1 : 0));
  Amount after = sum();
  if (is_many()) return Subtract(after, many()->lots.SumUpTo(last));
  Walk([&](Instant release_at, Amount amount) {
    if (release_at > last) return false;
    after = Subtract(after, amount);
    return true;
  });
  return after;
}

void Lots::ForEachAfter(Instant now, absl::FunctionRef<void(Instant, Amount)> visit) const {
  Walk([&](Instant release_at, Amount amount) {
    if (release_at > now) visit(release_at, amount);
    return true;
  });
}

size_t Lots::count() const {
  if (ref_ == 0) return 0;
  return is_many() ? many()->lots.count() : few()->size;
}

void Lots::WalkAfter(Instant after, absl::FunctionRef<bool(Instant, Amount)> visit) const {
  if (!is_many()) {
    return Walk([&](Instant release_at, Amount amount) {
      return release_at <= after || visit(release_at, amount);
    });
  }
  many()->lots.WalkAfter(after, visit);
}

void Lots::CheckInvariants() const {
  Amount counted = kNoAmount;
  Walk([&](Instant, Amount amount) {
    WALLET_CHECK(amount > kNoAmount);
    counted = wallet::Add(counted, amount);
    return true;
  });
  WALLET_CHECK(counted == sum());
  if (is_many()) many()->lots.CheckInvariants();
}

void Lots::Add(Instant release_at, Amount amount) {
  if (ref_ != 0 && !is_many() && few()->size == kMostFew) TurnIntoMany();
  if (!is_many()) return AddToFew(release_at, amount);
  many()->lots.Add(release_at, amount);
  many()->sum = wallet::Add(many()->sum, amount);
}

void Lots::AddToFew(Instant release_at, Amount amount) {
  if (ref_ == 0 || few()->size == few()->capacity) GrowFew();
  Few& lots = *few();
  lots.sum = wallet::Add(lots.sum, amount);
  // From the back: releases mostly come in the order of their instants.
  Lot* at = lots.end();
  while (!WALLET_MUTANT("release_out_of_order") && at != lots.begin() &&
         at[-1].release_at > release_at)
    --at;
  if (at != lots.begin() && at[-1].release_at == release_at) {
    if (!WALLET_MUTANT("lots_of_an_instant_lost"))
      at[-1].amount = wallet::Add(at[-1].amount, amount);
    return;
  }
  std::move_backward(at, lots.end(), lots.end() + 1);
  *at = {release_at, amount};
  ++lots.size;
}

void Lots::GrowFew() {
  const uint32_t size = ref_ == 0 ? 0 : few()->size;
  const uint32_t capacity = std::max(1u, 2 * size);
  void* grown = std::realloc(few(), sizeof(Few) + capacity * sizeof(Lot));
  WALLET_CHECK_NOTE(grown != nullptr, "out of memory");
  ref_ = reinterpret_cast<uintptr_t>(grown);
  if (size == 0) few()->sum = kNoAmount;
  few()->size = size;
  few()->capacity = capacity;
}

void Lots::TurnIntoMany() {
  Many* made = new Many{.sum = few()->sum, .lots = {}};
  for (Lot* lot = few()->begin(); lot != few()->end(); ++lot) {
    if (WALLET_MUTANT("many_lots_one_lost") && lot + 1 == few()->end()) break;
    made->lots.Add(lot->release_at, lot->amount);
  }
  Clear();
  ref_ = reinterpret_cast<uintptr_t>(made) | 1;
}

void Lots::DropMatured(Instant now) {
  const Amount left = SumAfter(now);
  if (left == sum()) return;
  if (left == kNoAmount) return Clear();
  stored_sum() = left;
  if (is_many()) {
    return many()->lots.DropUpTo(
        Instant(now.value() - (WALLET_MUTANT("matured_lot_kept") ? 1 : 0)));
  }
  Few& lots = *few();
  Lot* kept = lots.begin();
  while (kept->release_at <= now) ++kept;
  lots.size = static_cast<uint32_t>(std::move(kept, lots.end(), lots.begin()) - lots.begin());
}

void Lots::Clear() {
  if (is_many()) {
    delete many();
  } else {
    std::free(few());
  }
  ref_ = 0;
}

}  // namespace wallet
