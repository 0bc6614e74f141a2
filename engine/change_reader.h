// Reads the log for clients: what happened to the transactions of all users, in the log's order.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "engine/batch.h"
#include "engine/ledger/types.h"
#include "wal/base/clock.h"
#include "wal/base/executor.h"
#include "wal/log.h"

namespace wallet {

// What it reads from; all of it must outlive it.
struct ChangeSources {
  Log& log;
  const Clock& clock;
  Epoch epoch;
  // Which shard has the user, and a batch of reads to it that is not refused.
  std::function<int(UserId)> shard_of;
  std::function<void(int shard, std::unique_ptr<Batch>)> ask;
  const std::function<void(std::string)>& on_alarm;
};

// Answers ListChanges. Reading the disk and decoding records happens on an executor of its own, one
// batch after another, so that no shard waits for it; the rows of withdrawals that moved are looked
// up through the shards, in one batch each, and meanwhile the next batch is read.
class ChangeReader {
 public:
  // Works on `executor`, which must be stopped before its destruction.
  ChangeReader(ChangeSources sources, Executor& executor);

  // Takes a batch of nothing but ListChanges. Refused at once with `overloaded` while what is asked
  // for exceeds kMaxChangesPending, and with `shutting_down` after Close. Any thread.
  void Submit(std::unique_ptr<Batch> batch);

  // From now on batches are refused; when all taken before are complete, `done` runs, on this
  // thread or the executor. Once; any thread.
  void Close(absl::AnyInvocable<void()> done);

 private:
  class Reading;
  class Lookup;

  void Read(std::shared_ptr<Reading> reading);
  void Answer(Reading& reading, size_t index);
  absl::Status ReadPage(Reading& reading, size_t index, Position end);
  // Asks the shards for the rows that are missing.
  void LookUp(const std::shared_ptr<Reading>& reading);
  void Finish(Reading& reading);
  void Complete(std::unique_ptr<Batch> batch);

  const ChangeSources sources_;
  Executor& executor_;

  std::mutex mutex_;
  int64_t pending_ = 0;  // changes that the batches taken ask for
  int64_t batches_ = 0;  // taken and not complete
  bool closed_ = false;
  absl::AnyInvocable<void()> on_idle_;  // once closed
};

}  // namespace wallet
