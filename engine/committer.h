// Group commit: one writer makes the segments of all shards durable, as few records as possible.
//
// While an append is under way the shards fill the next segments, so the size of a record follows
// the load without a timer.
//
// From the first marker of a cut (engine/cut.h) to the last, segments behind a shard's marker are
// held back while other shards' go on; the record at hand ends at the last marker. No shard ever
// waits for the committer, so every marker comes.
#pragma once

#include <atomic>
#include <bitset>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "engine/cut.h"
#include "engine/limits.h"
#include "engine/segment.h"
#include "wal/base/executor.h"
#include "wal/log.h"

namespace wallet {

class Committer {
 public:
  using OnDurable = absl::AnyInvocable<void(const Segment&)>;
  using OnFailure = absl::AnyInvocable<void(absl::Status)>;

  // Works on `executor`. `on_durable` runs for each segment before its batches complete;
  // `on_failure` once, after the first failed append and before any batch is told. A record takes
  // at most `record_bytes`; every segment must fit one.
  Committer(Log& log, Executor& executor, OnDurable on_durable, OnFailure on_failure,
            size_t record_bytes = kMaxPayloadBytes);

  // Takes the segment; a shard's segments become durable in the order added. After a failure it
  // fails at once, and a cut is dropped. One cut at a time. Any thread.
  void Add(std::unique_ptr<Segment> segment);

  // Of the last event that is durable. Any thread.
  Position durable() const { return Position(durable_.load(std::memory_order_acquire)); }

 private:
  // Segments that are, or are about to be, one record.
  struct Record {
    std::vector<std::unique_ptr<Segment>> segments;
    uint32_t count = 0;
    std::shared_ptr<Cut> cut;  // that lies behind the record
  };

  void Round();
  Record TakeRecord();
  // Takes the marker in; returns the cut when it was the last one.
  std::shared_ptr<Cut> Meet(const Segment& marker);
  void Append();
  void Finish(const absl::Status& status);
  void Release();
  void Fail(const absl::Status& status);

  Log& log_;
  Executor& executor_;
  OnDurable on_durable_;
  OnFailure on_failure_;
  const size_t record_bytes_;
  std::atomic<uint64_t> durable_;

  std::mutex mutex_;
  std::deque<std::unique_ptr<Segment>> waiting_;
  bool busy_ = false;  // a round is posted or under way
  bool failed_ = false;

  // Only on the executor.
  Record record_;                              // under way
  std::shared_ptr<Cut> cut_;                   // of which some markers have come
  std::bitset<kMaxShards> behind_cut_;         // the shards of these
  std::deque<std::unique_ptr<Segment>> held_;  // of these shards, in order
};

}  // namespace wallet
