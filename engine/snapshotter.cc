#include "engine/snapshotter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/standing_snapshot.h"
#include "wal/base/absl_view.h"

namespace wallet {
namespace {

constexpr int64_t kTickUs = kMicrosPerSecond;
// A little more is written at once than the rate allows, so that it rests seldom enough.
constexpr int64_t kMayBeAheadUs = 20'000;

}  // namespace

// Travels in a cut's `done`; tells when that was destroyed without having run.
class Snapshotter::CutGuard {
 public:
  CutGuard(Snapshotter& owner, uint64_t number)
      : owner_(owner), executor_(owner.executor_), number_(number) {}
  ~CutGuard() {
    if (complete_) return;
    executor_.Post([&owner = owner_, number = number_] {
      if (owner.IsRunning(number)) owner.Fail(absl::CancelledError("the engine is ending"));
    });
  }
  void Complete() { complete_ = true; }

 private:
  Snapshotter& owner_;
  Executor& executor_;  // may outlive the owner, whose tasks it no longer runs then
  const uint64_t number_;
  bool complete_ = false;
};

Snapshotter::Snapshotter(SnapshotterOptions options, SnapshotterEnvironment environment,
                         SnapshotSource& source, Executor& executor,
                         std::optional<SnapshotTaken> last)
    : options_(std::move(options)),
      environment_(environment),
      source_(source),
      executor_(executor),
      tried_at_(last ? last->position : Position(0)),
      tried_us_(environment_.clock.SteadyMicros()) {
  status_.last = last;
  LookAtKept();
  TickLater();
}

void Snapshotter::Take(SnapshotDone done) {
  executor_.Post([this, done = std::move(done)]() mutable {
    waiting_.push_back(std::move(done));
    if (!run_) Begin();
  });
}

void Snapshotter::Stop() {
  stopping_ = true;
  executor_.Post([this] {
    if (run_) Fail(absl::CancelledError("the engine is ending"));
  });
}

SnapshotStatus Snapshotter::status() const {
  std::lock_guard lock(mutex_);
  return status_;
}

void Snapshotter::TickLater() {
  executor_.PostAfter(kTickUs, [this] {
    if (stopping_) return;
    if (!run_ && IsDue()) Begin();
    TickLater();
  });
}

bool Snapshotter::IsDue() const {
  const uint64_t events = source_.durable().value() - tried_at_.value();
  if (events == 0) return false;
  const int64_t elapsed_us = environment_.clock.SteadyMicros() - tried_us_;
  const uint64_t enough = std::clamp(accounts_, options_.events, 2 * options_.events);
  return events >= enough || elapsed_us >= options_.interval_us;
}

void Snapshotter::Begin() {
  run_ = std::make_unique<Run>();
  run_->number = ++runs_;
  run_->begun_us = environment_.clock.SteadyMicros();
  run_->waiting.swap(waiting_);
  tried_at_ = source_.durable();
  tried_us_ = run_->begun_us;
  if (stopping_) return Fail(absl::CancelledError("the engine is ending"));
  {
    std::lock_guard lock(mutex_);
    status_.under_way = true;
  }
  auto starts = std::make_shared<std::vector<SectionStart>>(source_.shard_count());
  auto guard = std::make_unique<CutGuard>(*this, run_->number);
  source_.BeginCut(
      [starts](int shard, ShardState& state) { (*starts)[shard] = BeginSection(state); },
      [this, starts, guard = std::move(guard), number = run_->number](Position position) {
        guard->Complete();
        executor_.Post([this, starts, number, position, hash = source_.chain_hash()] {
          OnCut(number, position, hash, *starts);
        });
      });
}

void Snapshotter::OnCut(uint64_t number, Position position, const Sha256& chain_hash,
                        const std::vector<SectionStart>& starts) {
  if (!IsRunning(number)) return EndSections();
  if (status_.last && status_.last->position == position) return End(*status_.last);
  const auto standing =
      FindStanding(environment_.files, options_.directory, position, chain_hash, stopping_);
  if (!standing.ok()) return Fail(standing.status());
  if (*standing) {
    Prune();
    return Succeed(**standing);
  }
  Describe(position, chain_hash, starts);
  auto file = SnapshotDraft::Create(environment_.files, options_.directory, position, starts.size(),
                                    status_.last ? status_.last->bytes : 0);
  if (!file.ok()) return Fail(file.status());
  run_->file = *std::move(file);
  run_->sections_left = source_.shard_count();
  run_->writing_us = environment_.clock.SteadyMicros();
  for (int shard = 0; shard < source_.shard_count(); ++shard) AskForSlice(shard);
}

void Snapshotter::Describe(Position position, const Sha256& chain_hash,
                           const std::vector<SectionStart>& starts) {
  SnapshotMetadata& metadata = run_->metadata;
  metadata.position = position;
  metadata.chain_hash = chain_hash;
  metadata.epoch = environment_.epoch;
  metadata.default_currency = environment_.default_currency;
  metadata.created_at = environment_.clock.Now();
  accounts_ = 0;
  for (const SectionStart& start : starts) {
    accounts_ += static_cast<uint64_t>(start.accounts);
    metadata.last_stamp = std::max(metadata.last_stamp, start.last_stamp);
    metadata.sections.push_back(
        {.accounts = start.accounts, .open_withdrawals = start.open_withdrawals});
  }
}

void Snapshotter::AskForSlice(int shard) {
  source_.Post(shard, [this, shard, number = run_->number](ShardState& state) {
    executor_.Post([this, shard, number, slice = NextSlice(state, options_.slice_bytes)]() mutable {
      OnSlice(number, shard, std::move(slice));
    });
  });
}

void Snapshotter::OnSlice(uint64_t number, int shard, SectionSlice slice) {
  if (!IsRunning(number)) return;
  if (slice.last) {
    run_->metadata.sections[shard].digest = slice.digest;
    if (--run_->sections_left == 0) AwaitIndex();
    return;
  }
  const absl::Status status = run_->file->Append(shard, slice.bytes);
  if (!status.ok()) return Fail(status);
  run_->slice_bytes += slice.bytes.size();
  AskForSliceInTime(shard);
}

void Snapshotter::AskForSliceInTime(int shard) {
  const auto may_take_us =
      static_cast<int64_t>(run_->slice_bytes * kMicrosPerSecond / options_.bytes_per_second);
  const int64_t ahead_us = run_->writing_us + may_take_us - environment_.clock.SteadyMicros();
  if (ahead_us <= kMayBeAheadUs) return AskForSlice(shard);
  executor_.PostAfter(ahead_us, [this, shard, number = run_->number] {
    if (IsRunning(number)) AskForSlice(shard);
  });
}

void Snapshotter::AwaitIndex() {
  source_.ReachIndex(run_->metadata.position, [this, number = run_->number] {
    executor_.Post([this, number] {
      if (IsRunning(number)) Publish();
    });
  });
}

void Snapshotter::Publish() {
  const absl::Status status = run_->file->Publish(run_->metadata, stopping_);
  if (!status.ok()) return Fail(status);
  const SnapshotTaken taken{.position = run_->metadata.position,
                            .bytes = run_->file->bytes(),
                            .created_at = run_->metadata.created_at,
                            .elapsed_us = environment_.clock.SteadyMicros() - run_->begun_us};
  Prune();
  LookAtKept();
  Succeed(taken);
}

void Snapshotter::Prune() {
  SnapshotCatalog catalog(environment_.files, options_.directory);
  const absl::Status removed = environment_.holds.Remove([&](std::optional<Position> held) {
    return catalog.KeepNewest(options_.keep, held).status();
  });
  if (removed.ok()) return;
  environment_.on_alarm(
      absl::StrCat("old snapshots could not be removed and take space: ", removed.message()));
}

// For whoever asks: what can't be listed now is listed next time.
void Snapshotter::LookAtKept() {
  auto kept = ListSnapshotFiles(environment_.files, options_.directory);
  if (!kept.ok()) return;
  const std::lock_guard lock(mutex_);
  status_.kept = *std::move(kept);
}

void Snapshotter::Succeed(const SnapshotTaken& taken) {
  {
    std::lock_guard lock(mutex_);
    status_.last = taken;
    ++status_.taken;
    status_.last_failure.clear();
  }
  environment_.on_snapshot(taken);
  End(taken);
}

void Snapshotter::Fail(const absl::Status& status) {
  if (!absl::IsCancelled(status)) {
    {
      std::lock_guard lock(mutex_);
      ++status_.failures;
      status_.last_failure = std::string(status.message());
    }
    environment_.on_alarm(absl::StrCat("a snapshot was given up: ", status.message(),
                                       ". Nothing is lost: the log holds everything, a start only "
                                       "takes longer. It is tried again later."));
  }
  End(status);
}

void Snapshotter::EndSections() {
  for (int shard = 0; shard < source_.shard_count(); ++shard) source_.Post(shard, EndSection);
}

void Snapshotter::End(const absl::StatusOr<SnapshotTaken>& result) {
  const std::unique_ptr<Run> run = std::move(run_);
  run->file.reset();
  EndSections();
  {
    std::lock_guard lock(mutex_);
    status_.under_way = false;
  }
  for (SnapshotDone& done : run->waiting) done(result);
  if (!waiting_.empty()) Begin();
}

}  // namespace wallet
