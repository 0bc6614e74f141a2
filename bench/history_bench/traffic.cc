#include "bench/history_bench/traffic.h"

#include <utility>

#include "bench/history_bench/pieces.h"
#include "wal/base/clock.h"
#include "wal/base/hash.h"

namespace wallet::bench {

void WriteKey(uint64_t run, uint64_t number, Key& key) {
  constexpr char kDigits[] = "0123456789abcdef";
  // A bijection of the number, so that neighbours have nothing in common.
  uint64_t bits = Mix64(number ^ run);
  for (size_t i = 0; i < 16; ++i, bits >>= 4) key[i] = kDigits[bits & 15];
  for (size_t i = 16; i < kKeyBytes; ++i, run >>= 4) key[i] = kDigits[run & 15];
}

std::shared_ptr<Cut> TrafficBatch::cut() const {
  Pieces::EndPiece();
  return nullptr;
}

void TrafficBatch::Complete(std::unique_ptr<Batch> self) { owner_.Back(std::move(self)); }

Traffic::Traffic(Engine& engine, int in_flight)
    : engine_(engine), in_flight_(static_cast<size_t>(in_flight)) {
  for (size_t i = 0; i < in_flight_; ++i) free_.push_back(std::make_unique<TrafficBatch>(*this));
}

Traffic::~Traffic() { Finish(); }

std::unique_ptr<TrafficBatch> Traffic::Take() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [&] { return !free_.empty(); });
  std::unique_ptr<TrafficBatch> batch(static_cast<TrafficBatch*>(free_.back().release()));
  free_.pop_back();
  lock.unlock();
  batch->operations.clear();
  return batch;
}

void Traffic::Submit(int shard, std::unique_ptr<TrafficBatch> batch) {
  SubmitDue(shard, std::move(batch), SystemClock().SteadyMicros());
}

void Traffic::SubmitDue(int shard, std::unique_ptr<TrafficBatch> batch, int64_t due_us) {
  batch->due_us = due_us;
  engine_.Submit(shard, std::move(batch));
}

void Traffic::GiveBack(std::unique_ptr<TrafficBatch> batch) {
  std::lock_guard lock(mutex_);
  free_.push_back(std::move(batch));
}

TrafficTally Traffic::Finish() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [&] { return free_.size() == in_flight_; });
  return std::exchange(tally_, TrafficTally());
}

uint64_t Traffic::done() const {
  std::lock_guard lock(mutex_);
  return tally_.done;
}

void Traffic::Back(std::unique_ptr<Batch> batch) {
  const auto& traffic = static_cast<const TrafficBatch&>(*batch);
  const int64_t took = SystemClock().SteadyMicros() - traffic.due_us;
  uint64_t refused = 0;
  for (const Result& result : batch->results) refused += result.outcome != Outcome::kOk;
  std::lock_guard lock(mutex_);
  tally_.latency_us.Add(took);
  tally_.refused += refused;
  tally_.done += batch->results.size() - refused;
  free_.push_back(std::move(batch));
  returned_.notify_one();
}

}  // namespace wallet::bench
