// Group commit: one writer makes the segments of all shards durable, as few records as possible.
//
// While an append is under way the shards fill the next segments, so the size of a record follows
// the load without a timer.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "engine/segment.h"
#include "wal/base/executor.h"
#include "wal/log.h"

namespace wallet {

class Committer {
 public:
  using OnDurable = absl::AnyInvocable<void(const Segment&)>;
  using OnFailure = absl::AnyInvocable<void(absl::Status)>;

  // Works on `executor`. `on_durable` runs for each segment before its batches complete;
  // `on_failure` once, after the first failed append and before any batch is told.
  Committer(Log& log, Executor& executor, OnDurable on_durable, OnFailure on_failure);

  // Takes the segment; a shard's segments become durable in the order added. After a failure it
  // fails at once. Any thread.
  void Add(std::unique_ptr<Segment> segment);

  // Of the last event that is durable. Any thread.
  Position durable() const { return Position(durable_.load(std::memory_order_acquire)); }

 private:
  // Segments that are, or are about to be, one record.
  struct Record {
    std::vector<std::unique_ptr<Segment>> segments;
    uint32_t count = 0;
  };

  void Round();
  Record TakeRecord();
  void Append();
  void Finish(const absl::Status& status);
  void Release();
  void Fail(const absl::Status& status);

  Log& log_;
  Executor& executor_;
  OnDurable on_durable_;
  OnFailure on_failure_;
  std::atomic<uint64_t> durable_;

  std::mutex mutex_;
  std::deque<std::unique_ptr<Segment>> waiting_;
  bool busy_ = false;  // a round is posted or under way
  bool failed_ = false;

  Record record_;  // under way; only on the executor
};

}  // namespace wallet
