#include "engine/indexer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/countdown.h"
#include "engine/generation_source.h"
#include "engine/limits.h"
#include "engine/shard.h"

namespace wallet {
namespace {

constexpr int64_t kRetryUs = 1'000'000;
// An operator is told of the first failure and then of every so many-th: once a minute.
constexpr int64_t kFailuresAnAlarm = 60;

uint64_t SizeOf(const Generations& generations) {
  uint64_t size = 0;
  for (const auto& each : generations) size += each->row_count() + each->move_count();
  return size;
}

}  // namespace

absl::Status WriteGenerations(Index& index, const Generations& generations, Position position,
                              const std::function<bool()>& stop) {
  IndexBatch batch{.sources = {}, .position = position};
  const IndexReader before = index.reader();
  for (const auto& generation : generations) {
    auto source = GenerationSource::Make(generation, before);
    if (!source.ok()) return source.status();
    batch.sources.push_back(*std::move(source));
  }
  return index.writer().Write(batch, stop);
}

absl::Status WriteStates(Index& index, const std::vector<std::unique_ptr<ShardState>>& states,
                         Position position) {
  Generations generations;
  for (const auto& state : states) generations.push_back(state->history.Freeze());
  absl::Status status = WriteGenerations(index, generations, position, [] { return false; });
  if (!status.ok()) return status;
  for (const auto& state : states) state->history.Written(index.reader());
  return absl::OkStatus();
}

Indexer::Indexer(IndexerEnvironment environment) : environment_(std::move(environment)) {}

void Indexer::Resume() { RequestCompaction(); }

void Indexer::Request() {
  if (busy_.load(std::memory_order_relaxed) || stopping() || busy_.exchange(true)) return;
  environment_.executor.Post([this] { Begin(); });
}

void Indexer::Reach(Position position, absl::AnyInvocable<void()> done) {
  environment_.executor.Post([this, position, done = std::move(done)]() mutable {
    if (environment_.index.position() >= position) return done();
    waiting_.push_back({position, std::move(done)});
    Request();
  });
}

void Indexer::Begin() {
  auto generations = std::make_shared<Generations>(environment_.shards.shard_count());
  environment_.shards.BeginCut(
      [generations](int shard, ShardState& state) {
        (*generations)[shard] = state.history.Freeze();
      },
      [this, generations](Position position) {
        environment_.executor.Post([this, generations, position] { Write(generations, position); });
      });
}

void Indexer::Write(std::shared_ptr<Generations> generations, Position position) {
  absl::Status status = CheckRoom(SizeOf(*generations) * kIndexBytesARow);
  if (status.ok()) {
    status =
        WriteGenerations(environment_.index, *generations, position, [this] { return stopping(); });
  }
  if (!status.ok()) return Retry(status, std::move(generations), position);
  failures_ = 0;
  Publish(std::move(generations));
}

void Indexer::Retry(const absl::Status& status, std::shared_ptr<Generations> generations,
                    Position position) {
  if (stopping()) return;
  if (failures_++ % kFailuresAnAlarm == 0) {
    environment_.on_alarm(absl::StrCat(
        "the index could not be written: ", status.message(),
        ". Nothing is lost: history stays in memory, which grows. It is tried again every second; "
        "make room on the disk, or mend it."));
  }
  environment_.executor.PostAfter(kRetryUs,
                                  [this, generations, position] { Write(generations, position); });
}

void Indexer::Publish(std::shared_ptr<Generations> generations) {
  Exchange([reader = environment_.index.reader()](
               ShardState& state) { return state.history.Written(reader); },
           environment_.executor,
           [this, generations] {
             generations->clear();
             Finish();
           });
}

void Indexer::Finish() {
  busy_.store(false);
  RequestCompaction();
  const Position position = environment_.index.position();
  const auto reached =
      std::stable_partition(waiting_.begin(), waiting_.end(),
                            [&](const Waiting& each) { return each.position > position; });
  std::vector<Waiting> ready(std::make_move_iterator(reached),
                             std::make_move_iterator(waiting_.end()));
  waiting_.erase(reached, waiting_.end());
  for (Waiting& each : ready) each.done();
  if (!waiting_.empty()) Request();
}

absl::Status Indexer::CheckRoom(uint64_t bytes) const {
  const auto free = environment_.index.FreeBytes();
  if (!free.ok()) return free.status();
  if (*free >= kStorageRoomBytes + bytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat("its disk has only ", *free >> 20, " MiB free; ",
                                                   (kStorageRoomBytes + bytes) >> 20,
                                                   " MiB are needed"));
}

void Indexer::Exchange(std::function<std::optional<IndexReader>(ShardState&)> give,
                       Executor& executor, std::function<void()> done) {
  const int shards = environment_.shards.shard_count();
  auto replaced = std::make_shared<std::vector<std::optional<IndexReader>>>(shards);
  auto countdown = std::make_shared<Countdown>(shards, [&executor, replaced, done] {
    // Whoever lets go last frees large pieces of memory: not a shard.
    executor.Post([replaced, done] {
      replaced->clear();
      done();
    });
  });
  for (int shard = 0; shard < shards; ++shard) {
    environment_.shards.Post(shard, [shard, give, replaced, countdown](ShardState& state) {
      (*replaced)[shard] = give(state);
      countdown->Arrive();
    });
  }
}

void Indexer::RequestCompaction() {
  if (compacting_.exchange(true)) return;
  environment_.compactor.Post([this] { Compact(); });
}

absl::StatusOr<bool> Indexer::CompactOne() {
  const uint64_t bytes = environment_.index.NextCompactionBytes();
  if (bytes == 0) return false;
  if (absl::Status status = CheckRoom(bytes); !status.ok()) return status;
  return environment_.index.CompactOne([this] { return stopping(); });
}

void Indexer::Compact() {
  const absl::StatusOr<bool> compacted = CompactOne();
  if (compacted.ok() && *compacted) {
    Exchange([reader = environment_.index.reader()](
                 ShardState& state) { return state.history.Refresh(reader); },
             environment_.compactor, [] {});
    return environment_.compactor.Post([this] { Compact(); });
  }
  compacting_.store(false);
  if (compacted.ok() || stopping()) return;
  environment_.on_alarm(
      absl::StrCat("the index could not be compacted: ", compacted.status().message(),
                   ". It works, more slowly; it is tried again later."));
}

}  // namespace wallet
