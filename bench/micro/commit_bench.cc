// An operation's whole way through the engine: shard, committer, log in memory.
#include <memory>
#include <vector>

#include "bench/micro/micro.h"
#include "engine/bank/sim_bank.h"
#include "engine/engine.h"
#include "wal/memory_log.h"

namespace wallet::bench {
namespace {

// Runs tasks when told, on the thread that tells.
class Queue {
 public:
  std::unique_ptr<Executor> MakeExecutor() { return std::make_unique<Handle>(*this); }
  void Run() {
    while (!tasks_.empty()) {
      std::vector<Executor::Task> tasks;
      tasks.swap(tasks_);
      for (Executor::Task& task : tasks) task();
    }
  }

 private:
  class Handle final : public Executor {
   public:
    explicit Handle(Queue& queue) : queue_(queue) {}
    void Post(Task task) override { queue_.tasks_.push_back(std::move(task)); }
    void PostAfter(int64_t, Task) override {}
    void Stop() override {}

   private:
    Queue& queue_;
  };

  std::vector<Executor::Task> tasks_;
};

class NoBank final : public BankConnector {
 public:
  std::string_view name() const override { return "none"; }
  bool can_resend() const override { return true; }
  void Pay(const Payment&, int64_t, absl::AnyInvocable<void(PayAnswer)>) override {}
  void Inquire(const std::string&, int64_t, absl::AnyInvocable<void(InquiryAnswer)>) override {}
};

class Charges final : public Batch {
 public:
  explicit Charges(int64_t first) {
    keys_.reserve(kBatch);
    for (int64_t i = 0; i < kBatch; ++i) {
      keys_.push_back(NthKey(first + i));
      operations.emplace_back(Charge{.user = NthUser(first + i, 100'000),
                                     .currency = Usd(),
                                     .amount = Amount(500),
                                     .key = keys_.back()});
    }
  }
  void Complete(std::unique_ptr<Batch>) override {}

 private:
  std::vector<std::string> keys_;
};

// For one charge of batches of kBatch of 100,000 users; making them is part of it.
void CommitCharge(benchmark::State& state) {
  Queue queue;
  NoBank bank;
  MemoryLog log(MemoryLog::NewDisk());
  EngineEnvironment environment;
  environment.log = &log;
  environment.clock = &SystemClock();
  environment.random = &SystemRandom();
  environment.bank = &bank;
  environment.make_executor = [&](std::string) { return queue.MakeExecutor(); };
  auto engine = Engine::Open({.default_currency = Usd()}, std::move(environment));
  if (!engine.ok()) return state.SkipWithError("the engine does not open");
  int64_t n = 0;
  for (auto _ : state) {
    if (n++ % kBatch != 0) continue;
    (*engine)->Submit(0, std::make_unique<Charges>(n));
    queue.Run();
  }
  (*engine)->BeginStop(0, [] {});
  queue.Run();
}

WALLET_MICRO(CommitCharge);

}  // namespace
}  // namespace wallet::bench
