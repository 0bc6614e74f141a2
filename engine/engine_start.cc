// From the data on disk to actors that run.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/engine_impl.h"
#include "engine/limits.h"
#include "engine/snapshot_loader.h"
#include "wal/base/absl_view.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

constexpr uint64_t kProgressEvents = 1'000'000;

}  // namespace

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
  Executor& bank = MakeExecutor("bank");
  bank_steps = std::make_unique<BankSteps>(
      options.shards, [this](UserId user) { return ShardOfUser(user, options.shards); },
      [this](int shard, std::unique_ptr<Batch> batch) {
        shards[shard]->Submit(std::move(batch), Shard::Origin::kBank);
      },
      bank);
  dispatcher = std::make_unique<Dispatcher>(options.dispatcher, *environment.bank, *bank_steps,
                                            places, bank, *environment.random);
  const std::vector<OpenWithdrawal> open = OpenWithdrawals(states);
  if (environment.index) StartIndex();
  StartMemory(states);
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

// A few small generations are not worth a thread.
void Engine::Impl::StartMemory(const States& states) {
  const size_t pages = static_cast<size_t>(options.hot_keys) * kMemoryBytesARow / kHugePageBytes;
  if (pages < kReadyPages) return;
  memory = std::make_unique<HugeReserve>(kReadyPages, pages, MakeExecutor("memory"));
  memory->Prepare(std::min(kReadyPages, kFirstPagesAShard * states.size()));
  for (const auto& state : states) {
    state->ledger.UseReserve(*memory);
    state->history.UseReserve(*memory);
  }
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
                         .segment_results = options.segment_results,
                         .past = *past,
                         .on_alarm = environment.on_alarm};
  if (indexer) {
    services.readers = readers.get();
    services.generation_size =
        static_cast<uint64_t>((options.hot_keys + options.shards - 1) / options.shards);
    services.on_generation_full = [this] { indexer->Request(); };
    services.on_index_failure = [this] { index_failed = true; };
  }
  for (auto& state : states) {
    const auto number = static_cast<int>(shards.size());
    shards.push_back(std::make_unique<Shard>(
        number, std::move(state), MakeExecutor(absl::StrCat("shard", number)), services));
  }
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

}  // namespace wallet
