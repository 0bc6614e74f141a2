// A place in a run that moves either way.
#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "wal/runs/run_block.h"
#include "wal/runs/run_entry.h"
#include "wal/runs/run_reader.h"

namespace wallet {

// One thread. After an error it is at no entry; seek again, or give up.
class RunCursor {
 public:
  // `run` outlives it. Going forward it reads `read_ahead` bytes at once, or one block. It begins
  // at no entry.
  explicit RunCursor(const RunReader& run, size_t read_ahead = 0)
      : run_(&run), read_ahead_(read_ahead) {}

  // To the first entry with key >= from; to the last one with key <= to.
  absl::Status SeekFirst(RunKey from);
  absl::Status SeekLast(RunKey to);

  // Whether it is at an entry.
  bool valid() const { return at_ < block_.size(); }
  // While valid; the value is valid until the cursor moves or goes.
  const RunEntry& entry() const { return block_[at_]; }
  // Where its block begins in the file.
  uint64_t offset() const { return run_->index().offset(number_); }

  // While valid. Beyond the last or first entry it is at none.
  absl::Status Next() {
    if (++at_ < block_.size()) [[likely]]
      return absl::OkStatus();
    return NextBlock();
  }
  absl::Status Prev() {
    if (at_ > 0) [[likely]]
      return --at_, absl::OkStatus();
    return PrevBlock();
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;

  absl::Status Load(size_t number);
  absl::Status NextBlock();
  absl::Status PrevBlock();

  const RunReader* run_;
  size_t read_ahead_;
  RunBuffer buffer_;
  RunBlock block_;
  size_t number_ = 0;  // of the block
  size_t at_ = kNone;
};

}  // namespace wallet
