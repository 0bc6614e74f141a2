// What stands behind the engine's door: its actors, and how they reach each other. For engine.cc
// and engine_start.cc alone.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/bank_steps.h"
#include "engine/change_reader.h"
#include "engine/committer.h"
#include "engine/cut_queue.h"
#include "engine/engine.h"
#include "engine/indexer.h"
#include "engine/past_reader.h"
#include "engine/recovery.h"
#include "engine/retention/holds.h"
#include "engine/retention/log_retention.h"
#include "engine/shard.h"
#include "engine/snapshotter.h"
#include "engine/stamp_clock.h"
#include "wal/base/huge_reserve.h"

namespace wallet {

struct Engine::Impl final : SnapshotSource, IndexedShards {
  using States = std::vector<std::unique_ptr<ShardState>>;

  Impl(EngineOptions engine_options, EngineEnvironment engine_environment)
      : options(std::move(engine_options)),
        environment(std::move(engine_environment)),
        places(options.dispatcher.workers + options.bank_queue),
        cuts(options.shards, [this](std::shared_ptr<Cut> cut) { SendToShards(std::move(cut)); }) {}

  // Actors post to each other until the last executor has stopped.
  ~Impl() override {
    for (auto& executor : executors) executor->Stop();
  }

  // engine_start.cc: the state from snapshot, index and log, then the actors on it.
  absl::Status Recover(States& states);
  void MakeStates(States& states) const;
  absl::Status CheckIndex() const;
  absl::Status ReplayLog(const States& states, const ReplayFrom& from);
  bool MemoryIsFull(const States& states) const;
  bool KeepsSnapshots() const {
    return environment.files != nullptr && environment.index != nullptr &&
           !options.snapshots.directory.empty();
  }
  absl::StatusOr<std::optional<SnapshotTaken>> LoadSnapshot(const States& states);
  void Start(States states);
  void StartIndex();
  void StartMemory(const States& states);
  void StartShards(States states);
  void StartSnapshots();
  void StartRetention();
  void StartReads();
  Executor& MakeExecutor(std::string name) {
    executors.push_back(environment.make_executor(std::move(name)));
    return *executors.back();
  }

  void SendToShards(std::shared_ptr<Cut> cut);

  int shard_count() const override { return options.shards; }
  // 0 without an index: all of the history is replayed.
  Position index_position() const {
    return environment.index ? environment.index->position() : Position(0);
  }
  Position durable() const override { return committer->durable(); }
  Sha256 chain_hash() const override { return environment.log->end_hash(); }
  void BeginCut(Cut::Action action, Cut::Done done) override {
    cuts.Begin(std::move(action), std::move(done));
  }
  void Post(int shard, ShardTask::Work work) override;
  void ReachIndex(Position position, absl::AnyInvocable<void()> done) override;

  void OnDurable(const Segment& segment);
  void OnFailure(absl::Status status);
  void StopShards(absl::AnyInvocable<void()> done);
  int64_t OpenCount(Substatus substatus) const;

  EngineOptions options;
  EngineEnvironment environment;
  Recovery recovery;
  int64_t started_us = 0;
  std::atomic<bool> stopping{false};
  std::atomic<bool> failed{false};
  std::atomic<bool> index_failed{false};  // what it holds could not be read, since the start
  std::promise<bool> ended;               // true: stopped in order; false: the log failed
  std::atomic<bool> has_ended{false};

  Places places;
  std::unique_ptr<HugeReserve> memory;  // of the shards; null where they hold little history
  std::vector<std::unique_ptr<Executor>> executors;
  CutQueue cuts;  // what waits in it and is dropped tells an executor
  std::unique_ptr<StampClock> stamps;
  std::unique_ptr<Committer> committer;
  std::unique_ptr<BankSteps> bank_steps;
  std::unique_ptr<Dispatcher> dispatcher;
  std::vector<std::unique_ptr<Shard>> shards;
  Holds holds;
  std::unique_ptr<Snapshotter> snapshotter;  // null: none are kept
  std::unique_ptr<LogRetention> retention;   // the same
  std::function<void(const SnapshotTaken&)> on_snapshot;
  std::unique_ptr<PastReader> past;
  std::unique_ptr<ChangeReader> changes;
  // Null without an index.
  std::unique_ptr<IndexReaders> readers;
  std::unique_ptr<Indexer> indexer;

  void End(bool in_order) {
    if (!has_ended.exchange(true)) ended.set_value(in_order);
  }
};

}  // namespace wallet
