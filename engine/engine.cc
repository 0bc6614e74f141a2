#include "engine/engine.h"

#include <utility>

#include "engine/countdown.h"
#include "engine/engine_impl.h"
#include "engine/limits.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

// Passes through a shard behind everything submitted before it.
class BarrierBatch final : public Batch {
 public:
  explicit BarrierBatch(absl::AnyInvocable<void()> done) : done_(std::move(done)) {}
  void Complete(std::unique_ptr<Batch>) override { done_(); }

 private:
  absl::AnyInvocable<void()> done_;
};

}  // namespace

void Engine::Impl::ReachIndex(Position position, absl::AnyInvocable<void()> done) {
  if (indexer) return indexer->Reach(position, std::move(done));
  done();
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
  bank_steps->Fail();
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
  Impl::States states;
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
             impl_->stamps->leaping() || impl_->index_failed) {
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
