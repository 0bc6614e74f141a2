// Very many lots of one account.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "engine/ledger/lot.h"
#include "engine/ledger/types.h"

namespace wallet {

// Sorted by instant, in blocks that know their sums: to tell or to let go of what is released by
// some instant costs a step a block, not one a lot, so that an account with a million of them holds
// up its shard no longer than others. One thread.
class LotBlocks {
 public:
  // How many there are.
  size_t count() const { return count_; }
  // The earliest instant; there must be one.
  Instant first() const { return blocks_.front().first; }

  // `amount` > 0; amounts of one instant share a lot.
  void Add(Instant release_at, Amount amount);

  // Of what is released by `now`. O(blocks).
  Amount SumUpTo(Instant now) const;
  // Lets go of it; something must be left. O(blocks).
  void DropUpTo(Instant now);

  // Visits what is released behind `after`, by instant, until `visit(Instant, Amount)` returns
  // false. O(lots visited), but for finding the first.
  template <class Visit>
  void WalkAfter(Instant after, Visit visit) const {
    for (size_t at = BlockOf(after); at < blocks_.size(); ++at) {
      const std::vector<Lot>& lots = blocks_[at].lots;
      for (auto lot = FirstAfter(lots, after); lot != lots.end(); ++lot) {
        if (!visit(lot->release_at, lot->amount)) return;
      }
    }
  }

  // Recounts the blocks' sums; aborts on a difference.
  void CheckInvariants() const;

 private:
  static constexpr size_t kMostInBlock = 256;

  struct Block {
    Instant first;  // of its lots
    Amount sum;
    std::vector<Lot> lots;  // at least one
  };

  static std::vector<Lot>::const_iterator FirstAfter(const std::vector<Lot>& lots, Instant after) {
    return std::upper_bound(lots.begin(), lots.end(), after,
                            [](Instant at, const Lot& lot) { return at < lot.release_at; });
  }
  static Amount SumOf(std::vector<Lot>::const_iterator begin, std::vector<Lot>::const_iterator end);

  // The last one that begins at or before `at`, or the first.
  size_t BlockOf(Instant at) const;
  // Makes room in a full block, and returns the one that `release_at` belongs into.
  size_t Split(size_t full, Instant release_at);

  std::vector<Block> blocks_;
  size_t count_ = 0;
};

}  // namespace wallet
