// Money that is released later, by its instant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/functional/function_ref.h"
#include "engine/ledger/lot.h"
#include "engine/ledger/lot_memory.h"
#include "engine/ledger/types.h"
#include "wal/base/prefetch.h"

namespace wallet {

class LotBlocks;

// Amounts of equal instants share a lot. There are millions of these with a lot or two, and a few
// with many thousands: one lot lies in here, some lie sorted in a room of the memory that is handed
// in, very many are in blocks (lot_blocks.h). Whatever there are, their sum and the earliest
// instant are in here: before that nothing else is looked at.
//
// All calls of one account get the same memory. An account that ends while its memory goes on
// leaves its room behind.
class Lots {
 public:
  Lots() = default;
  Lots(const Lots&) = delete;
  ~Lots();

  // Of all lots, matured ones included.
  Amount sum() const { return head_.amount; }

  // `amount` > 0; the sum must fit.
  void Add(Instant release_at, Amount amount, LotMemory& memory);

  // Lets go of what is released by `now`.
  void DropMatured(Instant now, LotMemory& memory);

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
  void Prefetch() const { wallet::Prefetch(kind_ == kOne ? this : OutOfHere()); }

  // Recounts the sum; aborts on a difference.
  void CheckInvariants() const;

 private:
  // Between the two, the size class of the room where they are.
  static constexpr uint64_t kOne = 0;  // or none: in head_
  static constexpr uint64_t kMany = LotMemory::kSizeClasses;
  // Addresses of a program, on x86-64 and AArch64.
  static constexpr int kAddressBits = 48;

  const void* OutOfHere() const { return reinterpret_cast<const void*>(uintptr_t{place_}); }
  Lot* room() const { return reinterpret_cast<Lot*>(uintptr_t{place_}); }
  LotBlocks& blocks() const { return *reinterpret_cast<LotBlocks*>(uintptr_t{place_}); }
  void Put(void* place, uint64_t kind);

  // Those that are not in blocks.
  std::span<const Lot> few() const { return {kind_ == kOne ? &head_ : room(), size_}; }

  void AddToFew(Instant release_at, Amount amount, LotMemory& memory);
  void Insert(size_t at, const Lot& lot, LotMemory& memory);
  void Grow(LotMemory& memory);
  void TurnIntoMany(LotMemory& memory);
  void DropFew(Instant now, LotMemory& memory);
  void LeaveRoom(LotMemory& memory);
  void Clear(LotMemory& memory);

  Lot head_{};  // the earliest instant, and the sum of all: with one lot it is that lot
  uint64_t place_ : kAddressBits = 0;
  uint64_t kind_ : 8 = kOne;
  uint64_t size_ : 8 = 0;  // of few
};

static_assert(sizeof(Lots) == 24);

}  // namespace wallet
