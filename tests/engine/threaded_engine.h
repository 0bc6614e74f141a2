// An engine on real threads, with a log in memory, and clients that write.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "engine/engine.h"
#include "engine/index/index_start.h"
#include "tests/engine/harness.h"
#include "wal/base/clock.h"
#include "wal/base/thread_executor.h"

namespace wallet::testing {

class ThreadedEngine {
 public:
  // With files, which keep snapshots and an index in `directory`, or without.
  explicit ThreadedEngine(int shards, FileSystem* files = nullptr, std::string directory = {}) {
    options_.shards = shards;
    options_.default_currency = *Currency::Parse("USD");
    options_.snapshots.directory = directory + "/snapshots";
    index_directory_ = directory + "/index";
    options_.snapshots.slice_bytes = 400;
    options_.parallel_start = true;
    files_ = files;
    Open();
  }

  void Open() {
    disk_->keeps_everything = true;  // tests replay it from the beginning
    log_ = std::make_unique<MemoryLog>(disk_);
    if (files_) {
      auto index = OpenOrCreateIndex(*files_, index_directory_, log_->begin(), random_);
      ASSERT_TRUE(index.ok()) << index.status();
      index_ = *std::move(index);
    }
    EngineEnvironment environment;
    environment.log = log_.get();
    environment.index = index_.get();
    environment.clock = &SystemClock();
    environment.random = &random_;
    environment.bank = &bank_;
    environment.files = files_;
    environment.make_executor = [](std::string name) {
      return std::make_unique<ThreadExecutor>(std::move(name));
    };
    auto engine = Engine::Open(options_, std::move(environment));
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
  }
  // In order; the log stays.
  void Close() {
    EXPECT_TRUE(engine_->Stop(0));
    engine_.reset();
    index_.reset();
  }

  // One charge each, of a hundred users; the keys are the thread's own.
  void Write(int thread, int writes) {
    for (int i = 0; i < writes; ++i) {
      const int64_t user = 1 + (i * 7 + thread) % 100;
      auto batch = std::make_unique<CountingBatch>(answered_);
      const std::string key = std::to_string(thread) + "-" + std::to_string(i);
      batch->operations.emplace_back(Harness::ChargeOf(user, 1 + i, batch->Keep(key)));
      engine_->Submit(engine_->ShardOf(UserId(user)), std::move(batch));
    }
  }
  int answered() const { return answered_; }
  // From the next Open on.
  void SetHotKeys(int64_t hot_keys) { options_.hot_keys = hot_keys; }
  Engine& engine() { return *engine_; }
  MemoryLog& log() { return *log_; }

 private:
  class CountingBatch final : public Batch {
   public:
    explicit CountingBatch(std::atomic<int>& answered) : answered_(answered) {}
    void Complete(std::unique_ptr<Batch>) override { ++answered_; }

   private:
    std::atomic<int>& answered_;
  };

  EngineOptions options_;
  FileSystem* files_;
  std::shared_ptr<MemoryLogDisk> disk_ = MemoryLog::NewDisk();
  std::unique_ptr<MemoryLog> log_;
  std::string index_directory_;
  std::unique_ptr<Index> index_;
  CountingRandom random_;
  ScriptedBank bank_;
  std::atomic<int> answered_{0};
  std::unique_ptr<Engine> engine_;
};

}  // namespace wallet::testing
