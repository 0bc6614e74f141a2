// Batches to the engine's shards: made ahead, used again, timed.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bench/histogram.h"
#include "engine/batch.h"
#include "engine/engine.h"

namespace wallet::bench {

// 20 bytes, as long as a client's number; different for each run and number.
inline constexpr size_t kKeyBytes = 20;
using Key = std::array<char, kKeyBytes>;
void WriteKey(uint64_t run, uint64_t number, Key& key);

class Traffic;

// Its operations' keys are its own.
class TrafficBatch final : public Batch {
 public:
  explicit TrafficBatch(Traffic& owner) : owner_(owner) {}
  // Asked by the shard when it begins with the batch: what was before it is over.
  std::shared_ptr<Cut> cut() const override;
  void Complete(std::unique_ptr<Batch> self) override;

  std::vector<Key> keys;
  int64_t due_us = 0;

 private:
  Traffic& owner_;
};

// What came of some traffic.
struct TrafficTally {
  uint64_t done = 0;
  uint64_t refused = 0;
  Histogram latency_us;  // of a batch, from Submit to Complete
};

// Any number of batches, of which `in_flight` at a time are with the engine. Take, Submit and
// Finish: one thread.
class Traffic {
 public:
  Traffic(Engine& engine, int in_flight);
  ~Traffic();

  // An empty batch; waits until one is free.
  std::unique_ptr<TrafficBatch> Take();
  void Submit(int shard, std::unique_ptr<TrafficBatch> batch);
  // The same; its latency counts from `due_us` (steady), when it should have been sent.
  void SubmitDue(int shard, std::unique_ptr<TrafficBatch> batch, int64_t due_us);
  // One that was taken and is not needed.
  void GiveBack(std::unique_ptr<TrafficBatch> batch);
  // Waits for all; what came of them since the last time.
  TrafficTally Finish();
  // What came of those that are done.
  uint64_t done() const;

 private:
  friend class TrafficBatch;
  void Back(std::unique_ptr<Batch> batch);

  Engine& engine_;
  const size_t in_flight_;
  mutable std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Batch>> free_;
  TrafficTally tally_;
};

}  // namespace wallet::bench
