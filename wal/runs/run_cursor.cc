#include "wal/runs/run_cursor.h"

namespace wallet {

absl::Status RunCursor::Load(size_t number) {
  at_ = kNone;
  number_ = number;
  return run_->ReadBlock(number, read_ahead_, buffer_, block_);
}

absl::Status RunCursor::SeekFirst(RunKey from) {
  if (absl::Status status = Load(run_->index().Find(from)); !status.ok()) return status;
  at_ = block_.LowerBound(from);
  return valid() ? absl::OkStatus() : NextBlock();
}

absl::Status RunCursor::SeekLast(RunKey to) {
  if (absl::Status status = Load(run_->index().Find(to)); !status.ok()) return status;
  // None in the first block that begins at or before `to`: none at all. 0 - 1 is kNone.
  at_ = block_.UpperBound(to) - 1;
  return absl::OkStatus();
}

absl::Status RunCursor::NextBlock() {
  at_ = kNone;
  if (number_ + 1 == run_->index().blocks()) return absl::OkStatus();
  if (absl::Status status = Load(number_ + 1); !status.ok()) return status;
  at_ = 0;
  return absl::OkStatus();
}

absl::Status RunCursor::PrevBlock() {
  at_ = kNone;
  if (number_ == 0) return absl::OkStatus();
  if (absl::Status status = Load(number_ - 1); !status.ok()) return status;
  at_ = block_.size() - 1;
  return absl::OkStatus();
}

}  // namespace wallet
