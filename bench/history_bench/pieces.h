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

// Where the time of one piece went, in microseconds.
struct Piece {
  int64_t wall_us = 0;
  int64_t cpu_us = 0;      // on a core, in the kernel too
  int64_t waiting_us = 0;  // for a core, all of which had other work
  int64_t faults = 0;      // pages that the system had to find
  int64_t blocks = 0;      // how often it gave its core up by itself

  // Neither on a core nor waiting for one.
  int64_t elsewhere_us() const { return wall_us - waiting_us - cpu_us; }
  // A thread that never gave up its core was blocked by nothing: then the host of a virtual machine
  // had taken the core itself away.
  int64_t blocked_us() const { return blocks > 0 ? elsewhere_us() : 0; }
  int64_t stolen_us() const { return elsewhere_us() - blocked_us(); }
  // What the engine is answerable for; the rest is a matter of how many cores there are. Part of it
  // is still the host's: it finds the memory behind a page at its first touch, and the guest counts
  // that as its own.
  int64_t own_us() const { return cpu_us + blocked_us(); }
};

// What was seen of many pieces.
struct PieceTally {
  Histogram cpu_us;
  Histogram cpu_faultless_us;  // of pieces without a page fault
  Histogram own_us;
  Piece longest_own;   // the piece whose own time was the longest
  Piece longest_cpu;   // which was the longest on a core
  Piece longest_wall;  // which took longest, by the clock on the wall
  Piece most_stolen;   // of which the host took most
};

// Pieces of all shards.
class Pieces {
 public:
  // On a shard's thread: the piece that was under way ends here. Elsewhere it does nothing.
  static void EndPiece();

  PieceTally Take();

 private:
  friend class ShardExecutor;
  void Add(const Piece& piece);

  std::mutex mutex_;
  PieceTally all_;
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
