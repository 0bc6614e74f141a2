#include "wal/runs/run_merge.h"

#include <utility>

#include "wal/base/check.h"
#include "wal/runs/limits.h"
#include "wal/runs/run_writer.h"

namespace wallet {

RunMerge::RunMerge(std::vector<RunCursor> inputs, Direction direction, const RunCombine& combine)
    : inputs_(std::move(inputs)), direction_(direction), combine_(combine) {
  WALLET_CHECK(!inputs_.empty());
  Build();
}

void RunMerge::Look(uint32_t input) {
  Head& head = heads_[input];
  if (!inputs_[input].valid()) {
    head = {~static_cast<unsigned __int128>(0), static_cast<uint32_t>(inputs_.size()) + input};
    return;
  }
  const RunKey& key = inputs_[input].entry().key;
  head.key = static_cast<unsigned __int128>(key.group) << 64 | key.order;
  if (direction_ == Direction::kBack) head.key = ~head.key;
  head.rank = input;
}

// Inner nodes are 1 … k-1, the input i is leaf k+i, node n has the children 2n and 2n+1.
void RunMerge::Build() {
  const auto k = static_cast<uint32_t>(inputs_.size());
  std::vector<uint32_t> winners(2 * k);
  heads_.resize(k);
  losers_.resize(k);
  for (uint32_t i = 0; i < k; ++i) {
    Look(i);
    winners[k + i] = i;
  }
  for (uint32_t node = k - 1; node >= 1; --node) {
    const uint32_t left = winners[2 * node], right = winners[2 * node + 1];
    const bool left_wins = heads_[left] < heads_[right];
    winners[node] = left_wins ? left : right;
    losers_[node] = left_wins ? right : left;
  }
  winner_ = winners[1];
}

absl::Status RunMerge::AdvanceWinner() {
  RunCursor& input = inputs_[winner_];
  absl::Status status = direction_ == Direction::kForward ? input.Next() : input.Prev();
  Look(winner_);
  const auto k = static_cast<uint32_t>(inputs_.size());
  uint32_t winner = winner_;
  for (uint32_t node = (k + winner) / 2; node >= 1; node /= 2) {
    const uint32_t loser = losers_[node];
    const bool changes = heads_[loser] < heads_[winner];
    losers_[node] = changes ? winner : loser;
    winner = changes ? loser : winner;
  }
  winner_ = winner;
  return status;
}

absl::Status RunMerge::Next() {
  valid_ = !AtEnd(winner_);
  if (!valid_) return absl::OkStatus();
  key_ = inputs_[winner_].entry().key;
  const unsigned __int128 taken = heads_[winner_].key;
  value_.assign(inputs_[winner_].entry().value);
  absl::Status status = AdvanceWinner();
  while (status.ok() && heads_[winner_].key == taken && !AtEnd(winner_)) {
    if (combine_) combine_(key_, value_, inputs_[winner_].entry().value);
    status = AdvanceWinner();
  }
  valid_ = status.ok();
  return status;
}

absl::Status MergeRuns(const std::vector<const RunReader*>& runs, const RunCombine& combine,
                       RunStop should_stop, RunWriter& writer) {
  std::vector<RunCursor> inputs;
  for (const RunReader* run : runs) {
    inputs.emplace_back(*run, kRunReadAheadBytes);
    if (absl::Status status = inputs.back().SeekFirst(kFirstRunKey); !status.ok()) return status;
  }
  RunMerge merge(std::move(inputs), RunMerge::Direction::kForward, combine);
  absl::Status status = merge.Next();
  for (uint64_t entries = 0; status.ok() && merge.valid(); ++entries) {
    if (entries % kRunMergeSlice == 0 && should_stop()) {
      return absl::CancelledError("stopped on request");
    }
    status = writer.Add(merge.entry().key, merge.entry().value);
    if (status.ok()) status = merge.Next();
  }
  return status;
}

}  // namespace wallet
