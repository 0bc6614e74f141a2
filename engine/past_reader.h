// Makes the balances of past instants that shards leave to it: the rows they are made of may be
// many, and lie on disk.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "engine/batch.h"
#include "wal/base/clock.h"
#include "wal/base/executor.h"

namespace wallet {

// What it reads from; all of it must outlive it.
struct PastSources {
  const Clock& clock;
  // Which shard has the user, and a batch of reads to it that is not refused.
  std::function<int(UserId)> shard_of;
  std::function<void(int shard, std::unique_ptr<Batch>)> ask;
  const std::function<void(std::string)>& on_alarm;
};

// Asks the shard for the account's transactions some at a time, as a client would: they come from
// memory or from the index, whichever has them, no shard is held up, and what is read is durable.
// Which one was the last by the instant is found by dividing the user's ids: stamps never fall with
// them. What the transactions come to: engine/past_balance.h.
//
// Right beside writes, because the instant has passed: nothing is created by it any more, and what
// ends later says so in its stamp.
class PastReader final : public BatchFinisher {
 public:
  // Works on `executor`, which must be stopped before its destruction.
  PastReader(PastSources sources, Executor& executor);
  ~PastReader();

  // Fills the results that were left (IsLeft), then completes the batch. What more than
  // kMaxPastReads wait for is answered `overloaded`, and so is what its deadline overtakes. Any
  // thread.
  void Finish(std::unique_ptr<Batch> batch) override;

  // No batch comes any more; when all are complete, `done` runs, on the executor. Once; any thread.
  void Close(absl::AnyInvocable<void()> done);

 private:
  struct Whole;
  class Reading;
  class Question;

  void Begin(std::unique_ptr<Batch> batch);
  // Starts what waits, as far as there is room; tells of the end.
  void GoOn();

  const PastSources sources_;
  Executor& executor_;

  // Only on the executor.
  int64_t batches_ = 0;   // not complete
  size_t under_way_ = 0;  // readings
  std::deque<std::shared_ptr<Reading>> waiting_;
  absl::AnyInvocable<void()> on_idle_;  // once closed
};

}  // namespace wallet
