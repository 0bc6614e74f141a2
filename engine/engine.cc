#include "engine/engine.h"

#include <atomic>
#include <future>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/change_reader.h"
#include "engine/committer.h"
#include "engine/countdown.h"
#include "engine/cut_queue.h"
#include "engine/indexer.h"
#include "engine/limits.h"
#include "engine/past_reader.h"
#include "engine/recovery.h"
#include "engine/retention/holds.h"
#include "engine/retention/log_retention.h"
#include "engine/shard.h"
#include "engine/snapshot_loader.h"
#include "engine/snapshotter.h"
#include "engine/stamp_clock.h"
#include "wal/base/absl_view.h"
#include "wal/base/check.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

constexpr uint64_t kProgressEvents = 1'000'000;

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

struct Engine::Impl final : WithdrawalSteps, SnapshotSource, IndexedShards {
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
  Executor& MakeExecutor(std::string name) {
    executors.push_back(environment.make_executor(std::move(name)));
    return *executors.back();
  }

  void Take(OwnedAdvance step, absl::AnyInvocable<void(StepResult)> done) override;
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
  void StartIndex();
  void StartShards(States states);
  void StartSnapshots();
  void StartRetention();
  void StartReads();

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
  std::vector<std::unique_ptr<Executor>> executors;
  CutQueue cuts;  // what waits in it and is dropped tells an executor
  std::unique_ptr<StampClock> stamps;
  std::unique_ptr<Committer> committer;
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

absl::Status Engine::Impl::Recover(States& states) {
  const int64_t begun_us = environment.clock->SteadyMicros();
  if (absl::Status status = CheckIndex(); !status.ok()) return status;
  MakeStates(states);
  const auto snapshot = LoadSnapshot(states);
  if (!snapshot.ok()) return snapshot.status();
  const ReplayFrom from{.ledger = *snapshot ? (*snapshot)->position : Position(0),
                        .history = index_position()};
  if (absl::Status status = ReplayLog(states, from); !status.ok()) return status;
  recovery = Count(states, environment.log->end());
  recovery.snapshot = *snapshot;
  recovery.replayed = recovery.events - static_cast<int64_t>(from.ledger.value());
  recovery.elapsed_us = environment.clock->SteadyMicros() - begun_us;
  if (options.accept_clock) return absl::OkStatus();
  return StampClock::CheckStart(*environment.clock, LastStamp(states));
}

void Engine::Impl::MakeStates(States& states) const {
  const Index* const index = environment.index;
  const KeyHasher hash = index ? index->hash() : KeyHasher(NewKeySecret(*environment.random));
  for (int i = 0; i < options.shards; ++i) {
    states.push_back(index ? std::make_unique<ShardState>(hash, index->reader())
                           : std::make_unique<ShardState>(hash));
  }
}

absl::Status Engine::Impl::CheckIndex() const {
  const Log& log = *environment.log;
  constexpr char kAdvice[] =
      ". Nothing was changed. Keep the directory as it is and restore a backup into a new one.";
  const uint64_t position = index_position().value();
  if (position > log.end().value()) {
    return absl::DataLossError(absl::StrCat(
        "the index holds what happened up to position ", position, ", but the log ends at ",
        log.end().value(), ": acknowledged writes are missing from the log", kAdvice));
  }
  if (environment.index && position < log.begin().value()) {
    return absl::DataLossError(absl::StrCat("the index holds what happened up to position ",
                                            position, ", but the log begins only behind ",
                                            log.begin().value(), kAdvice));
  }
  return absl::OkStatus();
}

absl::Status Engine::Impl::ReplayLog(const States& states, const ReplayFrom& from) {
  Log& log = *environment.log;
  uint64_t reported = from.ledger.value();
  return Replay(log, states, from, [&](Position at) {
    if (at.value() - reported >= kProgressEvents) {
      reported = at.value();
      environment.on_replay(at, log.end());
    }
    return MemoryIsFull(states) ? WriteStates(*environment.index, states, at) : absl::OkStatus();
  });
}

bool Engine::Impl::MemoryIsFull(const States& states) const {
  if (!environment.index) return false;
  uint64_t size = 0;
  for (const auto& state : states) size += state->history.growing_size();
  return size >= static_cast<uint64_t>(options.hot_keys);
}

absl::StatusOr<std::optional<SnapshotTaken>> Engine::Impl::LoadSnapshot(const States& states) {
  if (!KeepsSnapshots()) return std::nullopt;
  return LoadNewestSnapshot({.files = *environment.files,
                             .directory = options.snapshots.directory,
                             .log = *environment.log,
                             .at_most = index_position(),
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
  options.dispatcher.epoch = options.epoch;
  options.dispatcher.hold = [this] { return options.bank_paused || environment.storage_full(); };
  options.dispatcher.on_review = [this](UserId user, TransactionId id, std::string_view reason) {
    environment.on_alarm(absl::StrCat("withdrawal ", id.value(), " of user ", user.value(),
                                      " waits in review for an operator: ", ToAbsl(reason)));
  };
  dispatcher = std::make_unique<Dispatcher>(options.dispatcher, *environment.bank, *this, places,
                                            MakeExecutor("bank"), *environment.random);
  const std::vector<OpenWithdrawal> open = OpenWithdrawals(states);
  if (environment.index) StartIndex();
  StartReads();
  StartShards(std::move(states));
  if (indexer) indexer->Resume();
  StartSnapshots();
  for (const OpenWithdrawal& withdrawal : open) {
    if ((withdrawal.substatus != Substatus::kReview || WALLET_MUTANT("review_takes_place")) &&
        !WALLET_MUTANT("recovered_take_no_place"))
      places.Adopt();
    if (!WALLET_MUTANT("recovered_not_dispatched")) dispatcher->Recover(withdrawal);
  }
}

void Engine::Impl::StartIndex() {
  std::vector<Executor*> lookups;
  for (int i = 0; i < kIndexReaders; ++i) {
    lookups.push_back(&MakeExecutor(absl::StrCat("reader", i)));
  }
  readers = std::make_unique<IndexReaders>(std::move(lookups));
  indexer = std::make_unique<Indexer>(IndexerEnvironment{.index = *environment.index,
                                                         .shards = *this,
                                                         .executor = MakeExecutor("indexer"),
                                                         .compactor = MakeExecutor("compactor"),
                                                         .on_alarm = environment.on_alarm});
}

void Engine::Impl::StartShards(States states) {
  ShardServices services{.committer = *committer,
                         .stamps = *stamps,
                         .clock = *environment.clock,
                         .places = places,
                         .epoch = options.epoch,
                         .storage_full = environment.storage_full,
                         .queue_operations = options.shard_queue_operations,
                         .segment_bytes = options.segment_bytes,
                         .past = *past,
                         .on_alarm = environment.on_alarm};
  if (indexer) {
    services.readers = readers.get();
    services.generation_size =
        static_cast<uint64_t>((options.hot_keys + options.shards - 1) / options.shards);
    services.on_generation_full = [this] { indexer->Request(); };
  }
  for (auto& state : states) {
    const auto number = static_cast<int>(shards.size());
    shards.push_back(std::make_unique<Shard>(
        number, std::move(state), MakeExecutor(absl::StrCat("shard", number)), services));
  }
}

void Engine::Impl::ReachIndex(Position position, absl::AnyInvocable<void()> done) {
  if (indexer) return indexer->Reach(position, std::move(done));
  done();
}

void Engine::Impl::StartSnapshots() {
  if (!KeepsSnapshots()) return;
  StartRetention();
  on_snapshot = [this](const SnapshotTaken& taken) {
    retention->Run();
    environment.on_snapshot(taken);
  };
  snapshotter = std::make_unique<Snapshotter>(
      options.snapshots,
      SnapshotterEnvironment{*environment.files, *environment.clock, options.epoch,
                             options.default_currency, holds, environment.on_alarm, on_snapshot},
      *this, MakeExecutor("snapshot"), recovery.snapshot);
}

void Engine::Impl::StartRetention() {
  // Without an index the history is replayed from the log's beginning: then nothing is trimmed.
  std::function<Position()> index_position;
  if (environment.index) index_position = [index = environment.index] { return index->position(); };
  retention = std::make_unique<LogRetention>(
      LogRetentionEnvironment{*environment.files, options.snapshots.directory, *environment.log,
                              environment.archive, index_position, holds, environment.on_alarm,
                              environment.on_trim},
      MakeExecutor("retention"),
      recovery.snapshot ? std::optional(recovery.snapshot->position) : std::nullopt);
  retention->Run();
}

void Engine::Impl::StartReads() {
  Executor& executor = MakeExecutor("reads");
  const auto shard_of = [this](UserId user) { return ShardOfUser(user, options.shards); };
  const auto ask = [this](int shard, std::unique_ptr<Batch> batch) {
    shards[shard]->Submit(std::move(batch), Shard::Origin::kBank);
  };
  past = std::make_unique<PastReader>(
      PastSources{*environment.clock, shard_of, ask, environment.on_alarm}, executor);
  changes = std::make_unique<ChangeReader>(
      ChangeSources{*environment.log, *environment.clock, options.epoch, shard_of, ask,
                    environment.on_alarm},
      executor);
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
  if (indexer) indexer->Stop();
  if (retention) retention->Stop();
  environment.on_failure(std::move(status));
  End(false);
}

void Engine::Impl::StopShards(absl::AnyInvocable<void()> done) {
  auto countdown = std::make_shared<Countdown>(options.shards, std::move(done));
  cuts.Close();
  if (snapshotter) snapshotter->Stop();
  if (indexer) indexer->Stop();
  if (retention) retention->Stop();
  for (auto& shard : shards) {
    shard->Submit(std::make_unique<BarrierBatch>([countdown] { countdown->Arrive(); }),
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

int Engine::lane_count() const { return shard_count() + 1; }

Engine::Lanes Engine::LanesOf(const Operation& operation) const {
  if (std::holds_alternative<ListChanges>(operation)) return {.first = shard_count()};
  if (const auto user = UserOf(operation)) return {.first = ShardOf(*user)};
  return {.count = shard_count()};
}

void Engine::Submit(int lane, std::unique_ptr<Batch> batch) {
  if (lane == shard_count()) return impl_->changes->Submit(std::move(batch));
  impl_->shards[lane]->Submit(std::move(batch), Shard::Origin::kClient);
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

Holds& Engine::holds() { return impl_->holds; }

void Engine::BeginStop(int64_t bank_grace_us, absl::AnyInvocable<void()> done) {
  WALLET_CHECK(!impl_->stopping.exchange(true));
  for (auto& shard : impl_->shards) shard->Close();
  // Reads of changes ask the shards, which therefore end after them. Those of the past begin in the
  // shards, and ask them again: behind its barrier a shard still answers the engine's own.
  impl_->changes->Close([impl = impl_.get(), bank_grace_us, done = std::move(done)]() mutable {
    impl->StopShards([impl, bank_grace_us, done = std::move(done)]() mutable {
      impl->past->Close([impl, bank_grace_us, done = std::move(done)]() mutable {
        impl->dispatcher->Stop(bank_grace_us, std::move(done));
      });
    });
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
  health.bank_paused = impl_->options.bank_paused;
  health.queue_length = impl_->dispatcher->queue_length();
  health.queue_capacity = impl_->places.capacity();
  health.position = impl_->committer->durable();
  health.uptime_us = impl_->environment.clock->SteadyMicros() - impl_->started_us;
  const bool in_review = health.by_substatus[static_cast<int>(Substatus::kReview)] > 0;
  if (impl_->stopping || impl_->failed) {
    health.condition = Condition::kStopping;
  } else if (impl_->environment.storage_full()) {
    health.condition = Condition::kReadOnly;
  } else if (in_review || health.bank_paused || impl_->places.used() > impl_->places.capacity() ||
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
