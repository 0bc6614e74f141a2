#include "bench/history_bench/store.h"

#include <unistd.h>

#include <cstdio>
#include <future>
#include <utility>

#include "bench/history_bench/pieces.h"
#include "engine/bank/limits.h"
#include "engine/index/index_start.h"
#include "wal/base/clock.h"
#include "wal/base/file.h"
#include "wal/base/random.h"

namespace wallet::bench {
namespace {

// Room for every withdrawal that can be on its way: none is refused. Each has two steps that must
// be durable one after the other, so that many go at once.
constexpr int64_t kBankQueue = 1'000'000;

double Now() {
  return static_cast<double>(SystemClock().SteadyMicros()) / double{kMicrosPerSecond};
}

RocksLogOptions LogOptions(const Directory& directory) {
  return {.directory = directory.log_path(),
          .mark = directory.mark_path(),
          .chain_seed = directory.identity().chain_seed};
}

}  // namespace

// What it is asked for it pays, so that what it is asked about was paid.
class Store::PayingBank final : public BankConnector {
 public:
  explicit PayingBank(Executor& executor) : executor_(executor) {}

  std::string_view name() const override { return "paying"; }
  bool can_resend() const override { return true; }
  void Pay(const Payment&, int64_t, absl::AnyInvocable<void(PayAnswer)> done) override {
    executor_.Post([done = std::move(done)]() mutable {
      done({.verdict = PayVerdict::kPaid, .code = {}, .message = {}});
    });
  }
  void Inquire(const std::string&, int64_t, absl::AnyInvocable<void(InquiryAnswer)> done) override {
    executor_.Post([done = std::move(done)]() mutable {
      done({.verdict = InquiryVerdict::kPaid, .code = {}, .message = {}});
    });
  }

 private:
  Executor& executor_;
};

Store::Store(StoreOptions options)
    : options_(std::move(options)), bank_(std::make_unique<PayingBank>(payments_)) {}

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const StoreOptions& options) {
  std::unique_ptr<Store> store(new Store(options));
  const double begun = Now();
  using Step = absl::Status (Store::*)();
  for (const Step step :
       {&Store::OpenDirectory, &Store::OpenLog, &Store::OpenIndex, &Store::OpenEngine}) {
    if (absl::Status status = (store.get()->*step)(); !status.ok()) return status;
  }
  store->start_seconds_ = Now() - begun;
  return store;
}

Store::~Store() {
  if (engine_) {
    engine_->Stop(/*bank_grace_us=*/0);
    log_->SyncMark().IgnoreError();
  }
  payments_.Stop();
  engine_.reset();
  chores_.Stop();
}

absl::Status Store::OpenDirectory() {
  auto directory = Directory::Open(
      {.path = options_.directory, .create = options_.create}, PosixFileSystem(), SystemClock(),
      SystemRandom(),
      [](const Directory& made) { return RocksLog::Create(PosixFileSystem(), LogOptions(made)); });
  if (!directory.ok()) return directory.status();
  directory_ = *std::move(directory);
  return absl::OkStatus();
}

absl::Status Store::OpenLog() {
  auto log = RocksLog::Open(PosixFileSystem(), LogOptions(*directory_), chores_);
  if (!log.ok()) return log.status();
  log_ = *std::move(log);
  return absl::OkStatus();
}

absl::Status Store::OpenIndex() {
  auto index =
      OpenOrCreateIndex(PosixFileSystem(), directory_->index_path(), log_->begin(), SystemRandom());
  if (!index.ok()) return index.status();
  index_ = *std::move(index);
  return absl::OkStatus();
}

absl::Status Store::OpenEngine() {
  EngineEnvironment environment;
  environment.log = log_.get();
  environment.index = index_.get();
  environment.clock = &SystemClock();
  environment.random = &SystemRandom();
  environment.bank = bank_.get();
  environment.files = &PosixFileSystem();
  environment.make_executor = [this](std::string name) -> std::unique_ptr<Executor> {
    if (!name.starts_with("shard")) return std::make_unique<ThreadExecutor>(std::move(name));
    return std::make_unique<ShardExecutor>(std::move(name), pieces_);
  };
  // Asked by a shard whenever it begins with what came in: a slice of a snapshot between two
  // batches is a piece of its own.
  environment.storage_full = [] {
    Pieces::EndPiece();
    return false;
  };
  environment.on_failure = [](absl::Status status) {
    std::fprintf(stderr, "wallet-history-bench: the log failed: %s\n",
                 std::string(status.message()).c_str());
    _exit(1);
  };
  environment.on_alarm = [](std::string text) {
    std::fprintf(stderr, "wallet-history-bench: %s\n", text.c_str());
  };
  EngineOptions options{.shards = options_.shards,
                        .default_currency = directory_->identity().default_currency,
                        .epoch = directory_->identity().epoch,
                        .bank_queue = kBankQueue,
                        .hot_keys = options_.hot_keys,
                        .parallel_start = true};
  options.dispatcher.workers = kMaxBankWorkers;
  options.snapshots.directory = directory_->snapshots_path();
  options.snapshots.events = options_.snapshot_events;
  auto engine = Engine::Open(std::move(options), std::move(environment));
  if (!engine.ok()) return engine.status();
  engine_ = *std::move(engine);
  return absl::OkStatus();
}

absl::StatusOr<SnapshotTaken> Store::TakeSnapshot() {
  std::promise<absl::StatusOr<SnapshotTaken>> taken;
  engine_->TakeSnapshot(
      [&](absl::StatusOr<SnapshotTaken> result) { taken.set_value(std::move(result)); });
  return taken.get_future().get();
}

}  // namespace wallet::bench
