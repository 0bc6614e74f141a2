// A shard's events on their way to the log, with the answers that wait for them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/batch.h"
#include "engine/cut.h"
#include "engine/ledger/event.h"
#include "engine/ledger/types.h"
#include "wal/base/position.h"

namespace wallet {

// Filled by a shard, then owned by the committer. A batch may lie across several segments of its
// shard; it completes with the last of them, and segments of a shard become durable in order.
class Segment {
 public:
  // `pending` counts the shard's operations not yet answered; completed batches are taken off.
  Segment(Instant base, int shard, std::atomic<int64_t>& pending)
      : base_(base), shard_(shard), pending_(&pending) {}

  int shard() const { return shard_; }
  const std::string& events() const { return events_; }
  Instant base() const { return base_; }
  uint32_t count() const { return count_; }

  // Adds the event. The bytes returned are valid until the next one.
  EncodedEvent Add(const Event& event) {
    const size_t begin = events_.size();
    EncodeEvent(event, base_, events_);
    ++count_;
    return {std::string_view(events_).substr(begin), base_};
  }
  // As an answer's position before Release: after this many events of the segment.
  Position relative() const { return Position(count_); }

  // The results [begin, end) of `batch` carry positions relative to this segment.
  void AddResults(Batch* batch, size_t begin, size_t end) {
    if (begin == end) return;
    ranges_.push_back({batch, begin, end});
    results_ += end - begin;
  }
  // How many were added.
  size_t results() const { return results_; }
  // The batch ends in this segment.
  void AddBatch(std::unique_ptr<Batch> batch) { batches_.push_back(std::move(batch)); }
  // A withdrawal that may go to the bank once it is durable.
  void AddWithdrawal(UserId user, TransactionId id) { withdrawals_.emplace_back(user, id); }
  // Makes the segment, which must be empty, its shard's marker of the cut.
  void Mark(std::shared_ptr<Cut> cut);
  const std::shared_ptr<Cut>& marker() const { return marker_; }
  // Results of a batch that waits for others of its own are something to release, too.
  bool empty() const { return count_ == 0 && ranges_.empty() && batches_.empty() && !marker_; }
  const std::vector<std::pair<UserId, TransactionId>>& withdrawals() const { return withdrawals_; }

  // The segment is durable, its first event at the position after `before`: completes its batches.
  void Release(Position before);
  // Whether its events are durable is not known: completes its batches with outcome_unknown.
  void Fail();

 private:
  struct Range {
    Batch* batch;
    size_t begin, end;
  };

  void CompleteAll();

  Instant base_;
  int shard_;
  std::atomic<int64_t>* pending_;
  uint32_t count_ = 0;
  std::string events_;
  std::vector<Range> ranges_;
  size_t results_ = 0;
  std::vector<std::unique_ptr<Batch>> batches_;
  std::vector<std::pair<UserId, TransactionId>> withdrawals_;
  std::shared_ptr<Cut> marker_;
};

// Makes every answer of the batch the same refusal, without a message of its own.
void RefuseAll(Batch& batch, Outcome outcome);

// Gives the batch back to its owner, once none of its results is left to be made.
inline void CompleteBatch(std::unique_ptr<Batch> batch) {
  if (BatchFinisher* const finisher = std::exchange(batch->finisher, nullptr)) {
    return finisher->Finish(std::move(batch));
  }
  Batch& owner = *batch;
  owner.Complete(std::move(batch));
}

}  // namespace wallet
