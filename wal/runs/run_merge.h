// Many runs as one: a k-way merge.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "wal/runs/run_cursor.h"
#include "wal/runs/run_entry.h"

namespace wallet {

// Makes one value of two under the same key: `newer` comes in holding the newer one, and leaves
// holding both. Any thread; associative: what stands in three runs may be joined in either order.
// Absent, the newer value stays and the older one is forgotten.
using RunCombine = std::function<void(RunKey key, std::string& newer, std::string_view older)>;

// Every key once, in order. One thread. A loser tree: an entry costs log2(inputs) comparisons.
class RunMerge {
 public:
  enum class Direction { kForward, kBack };

  // `inputs`, at least one, newest first, stand at their first entry in this direction or at none.
  // `combine` outlives the merge.
  RunMerge(std::vector<RunCursor> inputs, Direction direction, const RunCombine& combine);

  // To the next key; the first call, to the first one. After an error, stop.
  absl::Status Next();

  // Whether there is one.
  bool valid() const { return valid_; }
  // While valid; the value is valid until the next call.
  RunEntry entry() const { return {key_, value_}; }

 private:
  // What an input's place in the order is made of, side by side with the others': a match compares
  // numbers, without a branch that nothing could foresee.
  struct Head {
    unsigned __int128 key = 0;  // complemented where the merge goes back
    uint32_t rank = 0;          // among equal keys: the newer first, an input at its end last
    bool operator<(const Head& other) const {
      return (key < other.key) | ((key == other.key) & (rank < other.rank));
    }
  };

  bool AtEnd(uint32_t input) const { return heads_[input].rank >= inputs_.size(); }
  void Look(uint32_t input);
  void Build();
  absl::Status AdvanceWinner();

  std::vector<RunCursor> inputs_;
  const Direction direction_;
  const RunCombine& combine_;
  std::vector<Head> heads_;       // of the inputs
  std::vector<uint32_t> losers_;  // of the match at each inner node; the root's children are 2, 3
  uint32_t winner_ = 0;
  bool valid_ = false;
  RunKey key_;
  std::string value_;
};

// Asked between slices of some 0.1 ms; it may also sleep, to leave the machine to others.
using RunStop = absl::FunctionRef<bool()>;

class RunWriter;

// Writes what `runs`, newest first, hold together into `writer`, and leaves it unfinished.
// kCancelled: `should_stop` said so.
absl::Status MergeRuns(const std::vector<const RunReader*>& runs, const RunCombine& combine,
                       RunStop should_stop, RunWriter& writer);

}  // namespace wallet
