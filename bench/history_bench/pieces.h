// How long a shard's thread is busy at a stretch, seen from outside the engine: between two batches
// it may serve others, so that a piece is one batch, or one task of another kind.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "bench/histogram.h"
#include "wal/base/thread_executor.h"

namespace wallet::bench {

// Pieces of all shards: their processor time, so that another program's turn is not taken for a
// stall, in microseconds.
class Pieces {
 public:
  // On a shard's thread: the piece that was under way ends here. Elsewhere it does nothing.
  static void EndPiece();

  Histogram Take();

 private:
  friend class ShardExecutor;
  void Add(int64_t us);

  std::mutex mutex_;
  Histogram all_;
};

// A thread whose tasks' pieces are counted.
class ShardExecutor final : public Executor {
 public:
  // `pieces` outlives it.
  ShardExecutor(std::string name, Pieces& pieces) : thread_(std::move(name)), pieces_(pieces) {}

  void Post(Task task) override { thread_.Post(Counted(std::move(task))); }
  void PostAfter(int64_t delay_us, Task task) override {
    thread_.PostAfter(delay_us, Counted(std::move(task)));
  }
  void Stop() override { thread_.Stop(); }

 private:
  Task Counted(Task task);

  ThreadExecutor thread_;
  Pieces& pieces_;
};

}  // namespace wallet::bench
