#include "wal/memory_log.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/check.h"
#include "wal/record.h"

namespace wallet {

std::shared_ptr<MemoryLogDisk> MemoryLog::NewDisk(std::string_view chain_seed) {
  return NewDisk({Position(1), GenesisHash(chain_seed)});
}

std::shared_ptr<MemoryLogDisk> MemoryLog::NewDisk(const RecordLink& first) {
  auto disk = std::make_shared<MemoryLogDisk>();
  disk->begin = Position(first.first.value() - 1);
  disk->begin_hash = first.previous;
  return disk;
}

MemoryLog::MemoryLog(std::shared_ptr<MemoryLogDisk> disk) : disk_(std::move(disk)) {
  begin_ = disk_->begin.value();
  Position end = disk_->begin;
  last_hash_ = disk_->begin_hash;
  for (const auto& record : disk_->records) {
    const auto view = DecodeRecord(record.bytes, record.first, last_hash_);
    WALLET_CHECK_NOTE(view.ok(), view.status().ToString());
    last_hash_ = view->hash;
    end = view->last();
  }
  end_ = end.value();
  end_hash_ = last_hash_;
  appended_ = end;
}

std::optional<absl::Status> MemoryLog::Refusal(Position expected_end) {
  if (failed_) {
    return absl::FailedPreconditionError("the log has failed; open it again");
  }
  if (fenced_ || expected_end != appended_) {
    failed_ = true;
    return absl::AbortedError(absl::StrCat("fenced: the log ends at ", appended_.value(),
                                           ", the writer expected ", expected_end.value()));
  }
  return std::nullopt;
}

void MemoryLog::Append(Position expected_end, uint32_t count,
                       std::span<const std::string_view> parts, AppendDone done) {
  if (auto refusal = Refusal(expected_end)) return done(*refusal);
  const Position first(expected_end.value() + 1);
  Pending pending{.record = {first, EncodeRecord(first, count, last_hash_, parts, &last_hash_)},
                  .last = Position(expected_end.value() + count),
                  .hash = last_hash_,
                  .done = std::move(done)};
  appended_ = pending.last;
  if (deferring_) {
    pending_.push_back(std::move(pending));
  } else {
    Complete(std::move(pending));
  }
}

bool MemoryLog::CompleteNext() {
  if (pending_.empty()) return false;
  Pending next = std::move(pending_.front());
  pending_.pop_front();
  Complete(std::move(next));
  return true;
}

void MemoryLog::Complete(Pending pending) {
  if (failed_) {
    return pending.done(absl::FailedPreconditionError("an earlier append has failed"));
  }
  if (fail_after_ && (*fail_after_)-- == 0) {
    failed_ = true;
    if (fault_ == Fault::kWritten) Keep(std::move(pending.record));
    return pending.done(absl::DataLossError("the disk reported an error (by request of the test)"));
  }
  Keep(std::move(pending.record));
  end_hash_ = pending.hash;
  end_.store(pending.last.value(), std::memory_order_release);
  pending.done(absl::OkStatus());
}

void MemoryLog::Keep(MemoryLogDisk::Record record) {
  const std::lock_guard lock(disk_mutex_);
  disk_->records.push_back(std::move(record));
}

void MemoryLog::FailAfter(int appends, Fault fault) {
  fail_after_ = appends;
  fault_ = fault;
}

absl::StatusOr<MemoryLogDisk::Record> MemoryLog::RecordWith(Position event) {
  const std::lock_guard lock(disk_mutex_);
  if (event <= disk_->begin) {
    return absl::OutOfRangeError(absl::StrCat("the log is kept from position ",
                                              disk_->begin.value(), " on; ", event.value() - 1,
                                              " was asked for"));
  }
  const auto behind = std::upper_bound(
      disk_->records.begin(), disk_->records.end(), event,
      [](Position position, const auto& record) { return position < record.first; });
  WALLET_CHECK(behind != disk_->records.begin());
  return *std::prev(behind);
}

// Record by record, so that appends and trims go on between: a trim may overtake the read.
absl::Status MemoryLog::Read(Position after,
                             absl::FunctionRef<absl::Status(const RecordView&)> visit) {
  const Position last = end();
  std::optional<Sha256> previous;
  for (Position next(after.value() + 1); next <= last;) {
    const auto record = RecordWith(next);
    if (!record.ok()) return record.status();
    const auto link = LinkOf(record->bytes);
    if (!link.ok()) return link.status();
    const auto view = DecodeRecord(record->bytes, previous ? next : record->first,
                                   previous.value_or(link->previous));
    if (!view.ok()) return view.status();
    if (absl::Status status = visit(*view); !status.ok()) return status;
    previous = view->hash;
    next = Position(view->last().value() + 1);
  }
  return absl::OkStatus();
}

absl::Status MemoryLog::Trim(Position up_to) {
  const std::lock_guard lock(disk_mutex_);
  if (disk_->keeps_everything) return absl::OkStatus();
  while (!disk_->records.empty()) {
    const auto& record = disk_->records.front();
    const auto view = DecodeRecord(record.bytes, record.first, disk_->begin_hash);
    if (!view.ok()) return view.status();
    if (view->last() > up_to || view->last() > end()) break;
    disk_->begin = view->last();
    disk_->begin_hash = view->hash;
    disk_->records.pop_front();
  }
  begin_.store(disk_->begin.value(), std::memory_order_release);
  return absl::OkStatus();
}

}  // namespace wallet
