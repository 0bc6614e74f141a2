#include "engine/engine.h"

#include <atomic>
#include <future>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/committer.h"
#include "engine/cut_queue.h"
#include "engine/limits.h"
#include "engine/recovery.h"
#include "engine/shard.h"
#include "engine/snapshot_loader.h"
#include "engine/snapshotter.h"
#include "engine/stamp_clock.h"
#include "wal/base/absl_view.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

using States = std::vector<std::unique_ptr<ShardState>>;

// A bank's step on its way through a shard.
class StepBatch final : public Batch {
 public:
  using Done = absl::AnyInvocable<void(StepResult)>;

  StepBatch(OwnedAdvance step, Done done) : step_(std::move(step)), done_(std::move(done)) {
    operations.emplace_back(step_.View());
  }

  void Complete(std::unique_ptr<Batch>) override {
    Result& result = results.front();
    // The log has failed: what the step did is found out by the next recovery.
    if (result.outcome == Outcome::kOutcomeUnknown) return;
    StepResult step{.outcome = result.outcome};
    if (result.open) step.open = std::move(*result.open);
    done_(std::move(step));
  }

 private:
  const OwnedAdvance step_;
  Done done_;
};

// Passes through a shard behind everything submitted before it.
class BarrierBatch final : public Batch {
 public:
  explicit BarrierBatch(absl::AnyInvocable<void()> done) : done_(std::move(done)) {}
  void Complete(std::unique_ptr<Batch>) override { done_(); }

 private:
  absl::AnyInvocable<void()> done_;
};

}  // namespace

struct Engine::Impl final : WithdrawalSteps, SnapshotSource {
  Impl(EngineOptions engine_options, EngineEnvironment engine_environment)
      : options(std::move(engine_options)),
        environment(std::move(engine_environment)),
        places(options.dispatcher.workers + options.bank_queue),
        cuts(options.shards, [this](std::shared_ptr<Cut> cut) { SendToShards(std::move(cut)); }) {}

  // Actors post to each other until the last executor has stopped.
  ~Impl() override {
    for (auto& executor : executors) executor->Stop();
  }

  absl::Status Recover(States& states);
  bool KeepsSnapshots() const {
    return environment.files != nullptr && !options.snapshots.directory.empty();
  }
  absl::StatusOr<std::optional<SnapshotTaken>> LoadSnapshot(const States& states);
  void Start(States states);
  Executor& MakeExecutor(std::string name) {
    executors.push_back(environment.make_executor(std::move(name)));
    return *executors.back();
  }

  void Take(OwnedAdvance step, absl::AnyInvocable<void(StepResult)> done) override;
  void SendToShards(std::shared_ptr<Cut> cut);

  int shard_count() const override { return options.shards; }
  Position durable() const override { return committer->durable(); }
  Sha256 chain_hash() const override { return environment.log->end_hash(); }
  void BeginCut(Cut::Action action, Cut::Done done) override {
    cuts.Begin(std::move(action), std::move(done));
  }
  void Post(int shard, ShardTask::Work work) override;
  void StartSnapshots();

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
  std::promise<bool> ended;  // true: stopped in order; false: the log failed
  std::atomic<bool> has_ended{false};

  Places places;
  CutQueue cuts;
  std::vector<std::unique_ptr<Executor>> executors;
  std::unique_ptr<StampClock> stamps;
  std::unique_ptr<Committer> committer;
  std::unique_ptr<Dispatcher> dispatcher;
  std::vector<std::unique_ptr<Shard>> shards;
  std::unique_ptr<Snapshotter> snapshotter;  // null: none are kept

  void End(bool in_order) {
    if (!has_ended.exchange(true)) ended.set_value(in_order);
  }
};

absl::Status Engine::Impl::Recover(States& states) {
  const int64_t begun_us = environment.clock->SteadyMicros();
  const uint64_t hash_seed = environment.random->Next();
  for (int i = 0; i < options.shards; ++i) {
    states.push_back(std::make_unique<ShardState>(hash_seed));
  }
  Log& log = *environment.log;
  const auto snapshot = LoadSnapshot(states);
  if (!snapshot.ok()) return snapshot.status();
  const ReplayFrom from{.ledger = *snapshot ? (*snapshot)->position : Position(0)};
  const absl::Status status =
      Replay(log, states, from, [&](Position at) { environment.on_replay(at, log.end()); });
  if (!status.ok()) return status;
  recovery = Count(states, log.end());
  recovery.snapshot = *snapshot;
  recovery.replayed = recovery.events - static_cast<int64_t>(from.ledger.value());
  recovery.elapsed_us = environment.clock->SteadyMicros() - begun_us;
  if (options.accept_clock) return absl::OkStatus();
  return StampClock::CheckStart(*environment.clock, LastStamp(states));
}

absl::StatusOr<std::optional<SnapshotTaken>> Engine::Impl::LoadSnapshot(const States& states) {
  if (!KeepsSnapshots()) return std::nullopt;
  return LoadNewestSnapshot({.files = *environment.files,
                             .directory = options.snapshots.directory,
                             .log = *environment.log,
                             .parallel = options.parallel_start,
                             .on_alarm = environment.on_alarm},
                            states);
}

void Engine::Impl::Start(States states) {
  started_us = environment.clock->SteadyMicros();
  stamps =
      std::make_unique<StampClock>(*environment.clock, LastStamp(states), environment.on_alarm);
  committer = std::make_unique<Committer>(
      *environment.log, MakeExecutor("committer"),
      [this](const Segment& segment) { OnDurable(segment); },
      [this](absl::Status status) { OnFailure(std::move(status)); }, options.record_bytes);
  options.dispatcher.hold = [this] { return environment.storage_full(); };
  options.dispatcher.on_review = [this](UserId user, TransactionId id, std::string_view reason) {
    environment.on_alarm(absl::StrCat("withdrawal ", id.value(), " of user ", user.value(),
                                      " waits in review for an operator: ", ToAbsl(reason)));
  };
  dispatcher = std::make_unique<Dispatcher>(options.dispatcher, *environment.bank, *this, places,
                                            MakeExecutor("bank"), *environment.random);
  const std::vector<OpenWithdrawal> open = OpenWithdrawals(states);
  for (auto& state : states) {
    shards.push_back(std::make_unique<Shard>(
        static_cast<int>(shards.size()), std::move(state),
        MakeExecutor(absl::StrCat("shard", shards.size())),
        ShardServices{*committer, *stamps, *environment.clock, places, options.epoch,
                      environment.storage_full, options.shard_queue_operations,
                      options.segment_bytes}));
  }
  StartSnapshots();
  for (const OpenWithdrawal& withdrawal : open) {
    if (withdrawal.substatus != Substatus::kReview) places.Adopt();
    dispatcher->Recover(withdrawal);
  }
}

void Engine::Impl::StartSnapshots() {
  if (!KeepsSnapshots()) return;
  snapshotter = std::make_unique<Snapshotter>(
      options.snapshots,
      SnapshotterEnvironment{*environment.files, *environment.clock, options.epoch,
                             options.default_currency, environment.on_alarm,
                             environment.on_snapshot},
      *this, MakeExecutor("snapshot"), recovery.snapshot);
}

void Engine::Impl::Take(OwnedAdvance step, absl::AnyInvocable<void(StepResult)> done) {
  if (failed.load(std::memory_order_acquire)) return;
  Shard& shard = *shards[ShardOfUser(step.user, options.shards)];
  shard.Submit(std::make_unique<StepBatch>(std::move(step), std::move(done)), Shard::Origin::kBank);
}

void Engine::Impl::SendToShards(std::shared_ptr<Cut> cut) {
  for (auto& shard : shards) {
    shard->Submit(std::make_unique<CutBatch>(cut), Shard::Origin::kBank);
  }
}

void Engine::Impl::Post(int shard, ShardTask::Work work) {
  shards[shard]->Submit(std::make_unique<ShardTask>(std::move(work)), Shard::Origin::kBank);
}

void Engine::Impl::OnDurable(const Segment& segment) {
  for (const auto& [user, id] : segment.withdrawals()) dispatcher->Enqueue(user, id);
}

void Engine::Impl::OnFailure(absl::Status status) {
  failed.store(true, std::memory_order_release);
  for (auto& shard : shards) shard->Close();
  cuts.Close();
  if (snapshotter) snapshotter->Stop();
  environment.on_failure(std::move(status));
  End(false);
}

void Engine::Impl::StopShards(absl::AnyInvocable<void()> done) {
  struct Countdown {
    std::atomic<int> left;
    absl::AnyInvocable<void()> done;
  };
  auto countdown = std::make_shared<Countdown>();
  countdown->left = options.shards;
  countdown->done = std::move(done);
  cuts.Close();
  if (snapshotter) snapshotter->Stop();
  for (auto& shard : shards) {
    shard->Close();
    shard->Submit(std::make_unique<BarrierBatch>([countdown] {
                    if (--countdown->left == 0) countdown->done();
                  }),
                  Shard::Origin::kBank);
  }
}

int64_t Engine::Impl::OpenCount(Substatus substatus) const {
  int64_t count = 0;
  for (const auto& shard : shards) count += shard->OpenCount(substatus);
  return count;
}

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(EngineOptions options,
                                                     EngineEnvironment environment) {
  WALLET_CHECK(options.shards >= 1 && options.shards <= kMaxShards);
  WALLET_CHECK(options.segment_bytes >= 1 && options.record_bytes <= kMaxPayloadBytes);
  WALLET_CHECK(MaxSegmentPayloadBytes(options.segment_bytes) <= options.record_bytes);
  auto impl = std::make_unique<Impl>(std::move(options), std::move(environment));
  States states;
  if (absl::Status status = impl->Recover(states); !status.ok()) return status;
  impl->Start(std::move(states));
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

int Engine::shard_count() const { return impl_->options.shards; }
int Engine::ShardOf(UserId user) const { return ShardOfUser(user, impl_->options.shards); }

void Engine::Submit(int shard, std::unique_ptr<Batch> batch) {
  impl_->shards[shard]->Submit(std::move(batch), Shard::Origin::kClient);
}

void Engine::BeginCut(Cut::Action action, Cut::Done done) {
  impl_->BeginCut(std::move(action), std::move(done));
}

void Engine::TakeSnapshot(SnapshotDone done) {
  if (impl_->snapshotter) return impl_->snapshotter->Take(std::move(done));
  done(absl::FailedPreconditionError("this engine keeps no snapshots"));
}

SnapshotStatus Engine::snapshots() const {
  return impl_->snapshotter ? impl_->snapshotter->status() : SnapshotStatus{};
}

void Engine::BeginStop(int64_t bank_grace_us, absl::AnyInvocable<void()> done) {
  WALLET_CHECK(!impl_->stopping.exchange(true));
  impl_->StopShards([impl = impl_.get(), bank_grace_us, done = std::move(done)]() mutable {
    impl->dispatcher->Stop(bank_grace_us, std::move(done));
  });
}

bool Engine::Stop(int64_t bank_grace_us) {
  BeginStop(bank_grace_us, [impl = impl_.get()] { impl->End(true); });
  return impl_->ended.get_future().get();
}

const Recovery& Engine::recovery() const { return impl_->recovery; }
Epoch Engine::epoch() const { return impl_->options.epoch; }
Currency Engine::default_currency() const { return impl_->options.default_currency; }
std::string_view Engine::bank_name() const { return impl_->environment.bank->name(); }

Health Engine::GetHealth() const {
  Health health;
  for (int i = 0; i < kSubstatusCount; ++i) {
    health.by_substatus[i] = impl_->OpenCount(static_cast<Substatus>(i));
  }
  health.queue_length = impl_->dispatcher->queue_length();
  health.queue_capacity = impl_->places.capacity();
  health.position = impl_->committer->durable();
  health.uptime_us = impl_->environment.clock->SteadyMicros() - impl_->started_us;
  const bool in_review = health.by_substatus[static_cast<int>(Substatus::kReview)] > 0;
  if (impl_->stopping || impl_->failed) {
    health.condition = Condition::kStopping;
  } else if (impl_->environment.storage_full()) {
    health.condition = Condition::kReadOnly;
  } else if (in_review || impl_->places.used() > impl_->places.capacity() ||
             impl_->stamps->leaping()) {
    health.condition = Condition::kDegraded;
  }
  return health;
}

Digest Engine::DigestAt(Instant now) const {
  Digest digest;
  for (const auto& shard : impl_->shards) digest += shard->state().ledger.DigestAt(now);
  return digest;
}

std::string_view ToString(Condition condition) {
  switch (condition) {
    case Condition::kOk:
      return "ok";
    case Condition::kDegraded:
      return "degraded";
    case Condition::kReadOnly:
      return "read_only";
    case Condition::kStopping:
      return "stopping";
  }
  return "";
}

}  // namespace wallet
