// A whole engine on a log in memory, with a bank that never answers.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "engine/engine.h"
#include "tests/net/support/gated_log.h"
#include "tests/support/fake_clock.h"
#include "wal/base/random.h"

namespace wallet {

struct TestEngineOptions {
  int shards = 2;
  int64_t bank_queue = 100;
  int64_t shard_queue_operations = 65'536;
};

// Real threads; its clock moves only when told.
class TestEngine {
 public:
  explicit TestEngine(TestEngineOptions options = {});
  ~TestEngine();  // stops it, unless stopped

  // Opens the log's gate, and waits until every batch has been completed. Idempotent.
  void Stop();

  Engine& engine() { return *engine_; }
  FakeClock& clock() { return clock_; }
  GatedLog& log() { return log_; }

  // Makes shards stop before their next batch, until Release. AwaitHeld: until one has.
  void HoldShards();
  void AwaitHeldShard();
  void ReleaseShards();

 private:
  class SilentBank;
  void PassShardGate();

  FakeClock clock_;
  GatedLog log_;
  std::unique_ptr<BankConnector> bank_;
  std::unique_ptr<Engine> engine_;
  bool stopped_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool hold_shards_ = false;
  int held_shards_ = 0;
};

}  // namespace wallet
