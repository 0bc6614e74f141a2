#include "engine/ledger/lots.h"

#include <algorithm>

#include "engine/ledger/lot_blocks.h"
#include "wal/base/check.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

// Beyond it, moving the array costs more than blocks.
constexpr size_t kMostFew = size_t{1} << (LotMemory::kSizeClasses - 1);

}  // namespace

Lots::~Lots() {
  if (kind_ != kMany) return;
  delete &blocks();
}

Amount Lots::SumAfter(Instant now) const {
  const Instant last(now.value() - (WALLET_MUTANT("release_instant_excluded") ? 1 : 0));
  Amount after = sum();
  if (after == kNoAmount || last < head_.release_at) return after;
  if (kind_ == kMany) return Subtract(after, blocks().SumUpTo(last));
  for (const Lot& lot : few()) {
    if (lot.release_at > last) break;
    after = Subtract(after, lot.amount);
  }
  return after;
}

void Lots::ForEachAfter(Instant now, absl::FunctionRef<void(Instant, Amount)> visit) const {
  WalkAfter(now, [&](Instant release_at, Amount amount) {
    visit(release_at, amount);
    return true;
  });
}

size_t Lots::count() const { return kind_ == kMany ? blocks().count() : size_; }

void Lots::WalkAfter(Instant after, absl::FunctionRef<bool(Instant, Amount)> visit) const {
  if (kind_ == kMany) return blocks().WalkAfter(after, visit);
  for (const Lot& lot : few()) {
    if (lot.release_at > after && !visit(lot.release_at, lot.amount)) return;
  }
}

void Lots::CheckInvariants() const {
  Amount counted = kNoAmount;
  Instant earliest = head_.release_at;
  WalkAfter(Instant(INT64_MIN), [&](Instant release_at, Amount amount) {
    WALLET_CHECK(amount > kNoAmount);
    if (counted == kNoAmount) earliest = release_at;
    counted = wallet::Add(counted, amount);
    return true;
  });
  WALLET_CHECK(counted == sum() && earliest == head_.release_at);
  if (kind_ == kMany) blocks().CheckInvariants();
}

void Lots::Add(Instant release_at, Amount amount, LotMemory& memory) {
  if (size_ == kMostFew) TurnIntoMany(memory);
  if (kind_ != kMany) return AddToFew(release_at, amount, memory);
  blocks().Add(release_at, amount);
  head_ = {blocks().first(), wallet::Add(sum(), amount)};
}

void Lots::AddToFew(Instant release_at, Amount amount, LotMemory& memory) {
  Lot* const begin = kind_ == kOne ? &head_ : room();
  // From the back: releases mostly come in the order of their instants.
  Lot* at = begin + size_;
  while (!WALLET_MUTANT("release_out_of_order") && at != begin && at[-1].release_at > release_at)
    --at;
  if (at == begin || at[-1].release_at != release_at)
    return Insert(static_cast<size_t>(at - begin), {release_at, amount}, memory);
  if (!WALLET_MUTANT("lots_of_an_instant_lost")) at[-1].amount = wallet::Add(at[-1].amount, amount);
  if (kind_ != kOne) head_.amount = wallet::Add(sum(), amount);
}

void Lots::Insert(size_t at, const Lot& lot, LotMemory& memory) {
  if (size_ == 0) {
    head_ = lot;
    size_ = 1;
    return;
  }
  if (size_ == size_t{1} << kind_) Grow(memory);
  Lot* const lots = room();
  std::move_backward(lots + at, lots + size_, lots + size_ + 1);
  lots[at] = lot;
  ++size_;
  head_ = {lots->release_at, wallet::Add(sum(), lot.amount)};
}

void Lots::Grow(LotMemory& memory) {
  const int size_class = static_cast<int>(kind_) + 1;
  Lot* const larger = memory.Take(size_class);
  const std::span<const Lot> lots = few();
  std::copy(lots.begin(), lots.end(), larger);
  LeaveRoom(memory);
  Put(larger, static_cast<uint64_t>(size_class));
}

void Lots::TurnIntoMany(LotMemory& memory) {
  auto* const made = new LotBlocks;
  for (const Lot& lot : few()) {
    if (WALLET_MUTANT("many_lots_one_lost") && &lot == &few().back()) break;
    made->Add(lot.release_at, lot.amount);
  }
  LeaveRoom(memory);
  Put(made, kMany);
  size_ = 0;
}

void Lots::DropMatured(Instant now, LotMemory& memory) {
  const Amount left = SumAfter(now);
  if (left == sum()) return;
  if (left == kNoAmount) return Clear(memory);
  head_.amount = left;
  if (kind_ != kMany) return DropFew(now, memory);
  blocks().DropUpTo(Instant(now.value() - (WALLET_MUTANT("matured_lot_kept") ? 1 : 0)));
  head_.release_at = blocks().first();
}

void Lots::DropFew(Instant now, LotMemory& memory) {
  Lot* const lots = room();
  Lot* kept = lots;
  while (kept->release_at <= now) ++kept;
  size_ = static_cast<uint64_t>(std::move(kept, lots + size_, lots) - lots);
  head_.release_at = lots->release_at;
  if (size_ > 1) return;
  LeaveRoom(memory);
  Put(nullptr, kOne);
}

void Lots::Put(void* place, uint64_t kind) {
  const auto address = reinterpret_cast<uintptr_t>(place);
  WALLET_CHECK(address >> kAddressBits == 0);
  place_ = address;
  kind_ = kind;
}

void Lots::LeaveRoom(LotMemory& memory) {
  if (kind_ != kOne) memory.GiveBack(room(), static_cast<int>(kind_));
}

void Lots::Clear(LotMemory& memory) {
  if (kind_ == kMany) {
    delete &blocks();
  } else {
    LeaveRoom(memory);
  }
  Put(nullptr, kOne);
  size_ = 0;
  head_ = {};
}

}  // namespace wallet
