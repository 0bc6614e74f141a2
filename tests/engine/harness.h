// A whole engine on one thread: memory log, fake clock, scripted bank, tasks run when told.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "engine/index/index_start.h"
#include "tests/support/fake_clock.h"
#include "tests/support/manual_executor.h"
#include "tests/support/memory_files.h"
#include "wal/memory_log.h"

namespace wallet::testing {

// Answers when the test says so.
class ScriptedBank final : public BankConnector {
 public:
  std::string_view name() const override { return "scripted"; }
  bool can_resend() const override { return true; }
  void Pay(const Payment& payment, int64_t, absl::AnyInvocable<void(PayAnswer)> done) override {
    payments.push_back(payment);
    waiting.push_back(std::move(done));
  }
  void Inquire(const std::string&, int64_t, absl::AnyInvocable<void(InquiryAnswer)>) override {}

  // The oldest unanswered payment.
  void Answer(PayVerdict verdict) {
    auto done = std::move(waiting.front());
    waiting.pop_front();
    done(PayAnswer{.verdict = verdict});
  }

  std::vector<Payment> payments;
  std::deque<absl::AnyInvocable<void(PayAnswer)>> waiting;
};

// Any thread, as the index asks for.
class CountingRandom final : public Random {
 public:
  uint64_t Next() override { return ++value_ * 0x9e3779b97f4a7c15; }

 private:
  std::atomic<uint64_t> value_{0};
};

// What has become of a batch: results stay here after it completed. The texts of its operations
// must be literals.
struct Answers {
  std::vector<Result> results;
  std::unique_ptr<Batch> kept;  // owns the texts of the results
  bool complete = false;
};

class CapturingBatch final : public Batch {
 public:
  explicit CapturingBatch(std::shared_ptr<Answers> answers) : answers_(std::move(answers)) {}
  void Complete(std::unique_ptr<Batch> self) override {
    const auto answers = std::move(answers_);  // which is about to own this
    answers->results = std::move(results);
    answers->complete = true;
    answers->kept = std::move(self);
  }

 private:
  std::shared_ptr<Answers> answers_;
};

// Keeps what is posted back while `hold` says so.
class HeldExecutor final : public Executor {
 public:
  struct Gate {
    bool hold = false;
    std::vector<Task> held;
  };

  HeldExecutor(std::unique_ptr<Executor> executor, Gate& gate)
      : executor_(std::move(executor)), gate_(gate) {}
  void Post(Task task) override {
    if (gate_.hold) return gate_.held.push_back(std::move(task));
    executor_->Post(std::move(task));
  }
  void PostAfter(int64_t delay_us, Task task) override {
    executor_->PostAfter(delay_us, std::move(task));
  }
  void Stop() override { executor_->Stop(); }

 private:
  const std::unique_ptr<Executor> executor_;
  Gate& gate_;
};

class Harness {
 public:
  explicit Harness(int shards = 1) { Open(shards); }
  ~Harness() { Crash(); }

  // Ends the engine as the death of its process would, and opens another on the same log.
  void Reopen(int shards) {
    Crash();
    Open(shards);
  }
  void Crash() {
    scheduler.DropAll();
    readers.held.clear();
    engine.reset();
    index.reset();
    log.reset();
  }
  void Open(int shards) {
    options.shards = shards;
    options.default_currency = *Currency::Parse("USD");
    options.epoch = epoch;
    log = std::make_unique<MemoryLog>(disk);
    if (indexed && !OpenTheIndex()) return;
    EngineEnvironment environment;
    environment.log = log.get();
    environment.index = index.get();
    environment.clock = &clock;
    environment.random = &random;
    environment.bank = &bank;
    environment.files = files;
    environment.make_executor = [this](std::string name) { return MakeExecutor(name); };
    environment.storage_full = [this] { return storage_full; };
    environment.on_failure = [this](absl::Status status) { failure = status; };
    environment.on_snapshot = [this](const SnapshotTaken& each) { snapshots.push_back(each); };
    environment.on_alarm = [this](std::string text) { alarms.push_back(std::move(text)); };
    auto opened = Engine::Open(options, std::move(environment));
    open_status = opened.status();
    if (opened.ok()) engine = *std::move(opened);
  }

  bool OpenTheIndex() {
    auto opened = OpenOrCreateIndex(index_files, kIndexDirectory, log->begin(), random);
    open_status = opened.status();
    if (opened.ok()) index = *std::move(opened);
    return open_status.ok();
  }

  std::unique_ptr<Executor> MakeExecutor(const std::string& name) {
    if (!name.starts_with("reader")) return scheduler.MakeExecutor();
    return std::make_unique<HeldExecutor>(scheduler.MakeExecutor(), readers);
  }
  // What looks into the index goes on, the oldest question last.
  void ReleaseReaders() {
    readers.hold = false;
    auto held = std::exchange(readers.held, {});
    while (!held.empty()) {
      held.back()();
      held.pop_back();
    }
  }

  // Submits the operations, all of users of one shard.
  std::shared_ptr<Answers> Submit(std::vector<Operation> operations, int shard,
                                  int64_t deadline_us = INT64_MAX) {
    auto answers = std::make_shared<Answers>();
    auto batch = std::make_unique<CapturingBatch>(answers);
    batch->operations = std::move(operations);
    batch->deadline_us = deadline_us;
    engine->Submit(shard, std::move(batch));
    return answers;
  }
  // One operation of `user`, run to its answer.
  Result& Do(int64_t user, Operation operation) {
    last = Submit({std::move(operation)}, engine->ShardOf(UserId(user)));
    scheduler.RunUntilIdle();
    return last->results.at(0);
  }

  static Charge ChargeOf(int64_t user, int64_t amount, std::string_view key,
                         std::optional<Instant> release_at = {}) {
    return {.user = UserId(user),
            .currency = *Currency::Parse("USD"),
            .amount = Amount(amount),
            .key = key,
            .release_at = release_at};
  }
  static Withdraw WithdrawOf(int64_t user, int64_t amount, std::string_view key) {
    return {.user = UserId(user),
            .currency = *Currency::Parse("USD"),
            .amount = Amount(amount),
            .key = key};
  }
  Balance BalanceOf(int64_t user) {
    return *Do(user, ReadBalance{UserId(user), *Currency::Parse("USD")}).balance;
  }

  static constexpr char kIndexDirectory[] = "/index";

  EngineOptions options;
  bool indexed = false;  // from the next Open on
  MemoryFiles index_files;
  HeldExecutor::Gate readers;  // of the index
  Epoch epoch{7};
  FakeClock clock;
  ManualScheduler scheduler{clock};
  CountingRandom random;
  ScriptedBank bank;
  FileSystem* files = nullptr;  // for snapshots, with options.snapshots.directory
  std::vector<SnapshotTaken> snapshots;
  bool storage_full = false;
  absl::Status failure;
  std::vector<std::string> alarms;
  std::shared_ptr<MemoryLogDisk> disk = MemoryLog::NewDisk();
  std::unique_ptr<MemoryLog> log;
  std::unique_ptr<Index> index;
  absl::Status open_status;
  std::unique_ptr<Engine> engine;
  std::shared_ptr<Answers> last;
};

}  // namespace wallet::testing
