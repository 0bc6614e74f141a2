#include "tests/net/support/test_engine.h"

#include <string>
#include <utility>

#include "wal/base/check.h"
#include "wal/base/thread_executor.h"

namespace wallet {

class TestEngine::SilentBank final : public BankConnector {
 public:
  std::string_view name() const override { return "sim"; }
  bool can_resend() const override { return true; }
  void Pay(const Payment&, int64_t, absl::AnyInvocable<void(PayAnswer)>) override {}
  void Inquire(const std::string&, int64_t, absl::AnyInvocable<void(InquiryAnswer)>) override {}
};

TestEngine::TestEngine(TestEngineOptions options) : bank_(std::make_unique<SilentBank>()) {
  EngineOptions engine;
  engine.shards = options.shards;
  engine.default_currency = *Currency::Parse("USD");
  engine.epoch = Epoch(0x1234567890);
  engine.bank_queue = options.bank_queue;
  engine.shard_queue_operations = options.shard_queue_operations;
  EngineEnvironment environment;
  environment.log = &log_;
  environment.clock = &clock_;
  environment.random = &SystemRandom();
  environment.bank = bank_.get();
  environment.make_executor = [](std::string name) {
    return std::make_unique<ThreadExecutor>(std::move(name));
  };
  // Asked by a shard before it works a batch off.
  environment.storage_full = [this] {
    PassShardGate();
    return false;
  };
  auto opened = Engine::Open(std::move(engine), std::move(environment));
  WALLET_CHECK_NOTE(opened.ok(), std::string(opened.status().message()));
  engine_ = *std::move(opened);
}

TestEngine::~TestEngine() { Stop(); }

void TestEngine::Stop() {
  if (std::exchange(stopped_, true)) return;
  ReleaseShards();
  log_.Open();
  WALLET_CHECK(engine_->Stop(/*bank_grace_us=*/0));
}

void TestEngine::HoldShards() {
  std::lock_guard lock(mutex_);
  hold_shards_ = true;
}

void TestEngine::AwaitHeldShard() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return held_shards_ > 0; });
}

void TestEngine::ReleaseShards() {
  std::lock_guard lock(mutex_);
  hold_shards_ = false;
  changed_.notify_all();
}

void TestEngine::PassShardGate() {
  std::unique_lock lock(mutex_);
  ++held_shards_;
  if (hold_shards_) changed_.notify_all();
  changed_.wait(lock, [this] { return !hold_shards_; });
  --held_shards_;
}

}  // namespace wallet
