#include "engine/ledger/lot_blocks.h"

#include <iterator>
#include <utility>

#include "wal/base/check.h"

namespace wallet {

size_t LotBlocks::BlockOf(Instant at) const {
  const auto above =
      std::upper_bound(blocks_.begin(), blocks_.end(), at,
                       [](Instant each, const Block& block) { return each < block.first; });
  return above == blocks_.begin() ? 0 : static_cast<size_t>(above - blocks_.begin()) - 1;
}

Amount LotBlocks::SumOf(std::vector<Lot>::const_iterator begin,
                        std::vector<Lot>::const_iterator end) {
  Amount sum = kNoAmount;
  for (; begin != end; ++begin) sum = wallet::Add(sum, begin->amount);
  return sum;
}

void LotBlocks::Add(Instant release_at, Amount amount) {
  if (blocks_.empty()) blocks_.push_back({.first = release_at, .sum = kNoAmount, .lots = {}});
  size_t at = BlockOf(release_at);
  if (blocks_[at].lots.size() == kMostInBlock) at = Split(at, release_at);
  Block& block = blocks_[at];
  block.sum = wallet::Add(block.sum, amount);
  const auto after = block.lots.begin() + (FirstAfter(block.lots, release_at) - block.lots.begin());
  if (after != block.lots.begin() && std::prev(after)->release_at == release_at) {
    std::prev(after)->amount = wallet::Add(std::prev(after)->amount, amount);
    return;
  }
  block.lots.insert(after, {release_at, amount});
  block.first = block.lots.front().release_at;
  ++count_;
}

size_t LotBlocks::Split(size_t full, Instant release_at) {
  const bool behind_all =
      full + 1 == blocks_.size() && blocks_[full].lots.back().release_at < release_at;
  // Releases mostly come in the order of their instants: then the full one stays full.
  const size_t kept = behind_all ? kMostInBlock : kMostInBlock / 2;
  Block upper{.first = release_at, .sum = kNoAmount, .lots = {}};
  upper.lots.reserve(kMostInBlock);
  Block& lower = blocks_[full];
  upper.lots.assign(lower.lots.begin() + static_cast<ptrdiff_t>(kept), lower.lots.end());
  upper.sum = SumOf(upper.lots.begin(), upper.lots.end());
  if (!upper.lots.empty()) upper.first = upper.lots.front().release_at;
  lower.lots.resize(kept);
  lower.sum = Subtract(lower.sum, upper.sum);
  const bool into_upper = upper.first <= release_at;
  blocks_.insert(blocks_.begin() + static_cast<ptrdiff_t>(full) + 1, std::move(upper));
  return into_upper ? full + 1 : full;
}

Amount LotBlocks::SumUpTo(Instant now) const {
  Amount sum = kNoAmount;
  for (size_t at = 0; at < blocks_.size() && blocks_[at].first <= now; ++at) {
    const Block& block = blocks_[at];
    const bool whole = at + 1 < blocks_.size() && blocks_[at + 1].first <= now;
    sum = wallet::Add(sum,
                      whole ? block.sum : SumOf(block.lots.begin(), FirstAfter(block.lots, now)));
  }
  return sum;
}

void LotBlocks::DropUpTo(Instant now) {
  WALLET_CHECK(!blocks_.empty() && now < blocks_.back().lots.back().release_at);
  size_t whole = 0;
  while (blocks_[whole].lots.back().release_at <= now) count_ -= blocks_[whole++].lots.size();
  blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<ptrdiff_t>(whole));
  if (now < blocks_.front().first) return;
  Block& block = blocks_.front();
  const auto kept = FirstAfter(block.lots, now);
  block.sum = Subtract(block.sum, SumOf(block.lots.begin(), kept));
  count_ -= static_cast<size_t>(kept - block.lots.begin());
  block.lots.erase(block.lots.begin(), kept);
  block.first = block.lots.front().release_at;
}

void LotBlocks::CheckInvariants() const {
  size_t counted = 0;
  Instant last(INT64_MIN);
  for (const Block& block : blocks_) {
    WALLET_CHECK(!block.lots.empty() && block.first == block.lots.front().release_at);
    WALLET_CHECK(block.sum == SumOf(block.lots.begin(), block.lots.end()));
    for (const Lot& lot : block.lots) {
      WALLET_CHECK(last < lot.release_at);
      last = lot.release_at;
    }
    counted += block.lots.size();
  }
  WALLET_CHECK(counted == count_);
}

}  // namespace wallet
