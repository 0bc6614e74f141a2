#include "engine/committer.h"

#include <iterator>
#include <utility>

#include "engine/payload.h"
#include "wal/base/check.h"
#include "wal/base/gathered_wakes.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

// From an answer to the same caller's next write: a hand-over to its thread and one back.
constexpr int64_t kNextWriteUs = 60;

}  // namespace

Committer::Committer(Log& log, Executor& executor, OnDurable on_durable, OnFailure on_failure,
                     size_t record_bytes)
    : log_(log),
      executor_(executor),
      on_durable_(std::move(on_durable)),
      on_failure_(std::move(on_failure)),
      record_bytes_(record_bytes),
      durable_(log.end().value()) {}

void Committer::Add(std::unique_ptr<Segment> segment) {
  bool start = false;
  {
    std::lock_guard lock(mutex_);
    if (!failed_) {
      waiting_.push_back(std::move(segment));
      start = !std::exchange(busy_, true);
    }
  }
  if (segment) return segment->Fail();
  if (start) executor_.Post([this] { Round(); });
}

void Committer::Round() {
  while (true) {
    record_ = TakeRecord();
    if (record_.segments.empty() && !record_.cut) return;
    if (record_.count > 0) return Append();
    Release();  // nothing but reads and refusals: what they speak of is durable already
  }
}

Committer::Record Committer::TakeRecord() {
  Record record;
  size_t bytes = kPayloadStart.size();
  std::lock_guard lock(mutex_);
  while (!waiting_.empty() && !record.cut) {
    Segment& next = *waiting_.front();
    if (behind_cut_[next.shard()] && !WALLET_MUTANT("cut_passed")) {
      held_.push_back(std::move(waiting_.front()));
    } else if (next.marker()) {
      record.cut = Meet(next);
    } else {
      bytes += kMaxSegmentHeadBytes + next.events().size();
      if (bytes > record_bytes_) break;
      record.count += next.count();
      record.segments.push_back(std::move(waiting_.front()));
    }
    waiting_.pop_front();
  }
  if (record.cut) {
    waiting_.insert(waiting_.begin(), std::make_move_iterator(held_.begin()),
                    std::make_move_iterator(held_.end()));
    held_.clear();
  }
  busy_ = !record.segments.empty() || record.cut;
  if (WALLET_MUTANT("segments_reordered"))
    std::reverse(record.segments.begin(), record.segments.end());
  return record;
}

std::shared_ptr<Cut> Committer::Meet(const Segment& marker) {
  if (!cut_) cut_ = marker.marker();
  WALLET_CHECK(cut_ == marker.marker());
  behind_cut_.set(marker.shard());
  if (behind_cut_.count() < static_cast<size_t>(cut_->shards())) return nullptr;
  behind_cut_.reset();
  return std::exchange(cut_, nullptr);
}

void Committer::Append() {
  if (WALLET_MUTANT("dispatched_before_durable"))
    std::for_each(record_.segments.begin(), record_.segments.end(),
                  [&](auto& segment) { on_durable_(*segment); });
  std::vector<std::string> heads;
  heads.reserve(record_.segments.size());  // the parts point into them
  std::vector<std::string_view> parts = {kPayloadStart};
  for (const auto& segment : record_.segments) {
    if (segment->count() == 0) continue;
    heads.push_back(SegmentHead(segment->events().size(), segment->count(), segment->base()));
    parts.push_back(heads.back());
    parts.push_back(segment->events());
  }
  if (WALLET_MUTANT("answered_before_durable")) {
    for (auto& segment : record_.segments) segment->Release(durable());
  }
  log_.Append(durable(), record_.count, parts, [this](absl::Status status) {
    executor_.Post([this, status = std::move(status)] {
      Finish(status);
      Round();
      LingerOnce(kNextWriteUs);
    });
  });
}

void Committer::Finish(const absl::Status& status) {
  if (!status.ok() && !WALLET_MUTANT("failed_append_acknowledged")) return Fail(status);
  Release();
}

void Committer::Release() {
  const GatheredWakes gathered;
  const uint64_t before = durable_.load(std::memory_order_relaxed);
  WALLET_CHECK(log_.end() == Position(before + record_.count));
  durable_.store(before + record_.count, std::memory_order_release);
  uint64_t position = before;
  for (auto& segment : record_.segments) {
    on_durable_(*segment);
    segment->Release(Position(position));
    position += segment->count();
  }
  WALLET_CHECK(position == before + record_.count);
  if (const auto cut = std::exchange(record_.cut, nullptr)) {
    cut->Complete(Position(position + (WALLET_MUTANT("cut_position_off_by_one") ? 1 : 0)));
  }
}

void Committer::Fail(const absl::Status& status) {
  on_failure_(status);
  std::deque<std::unique_ptr<Segment>> rest;
  {
    std::lock_guard lock(mutex_);
    failed_ = true;
    rest = std::exchange(waiting_, {});
  }
  for (auto& segment : record_.segments) segment->Fail();
  record_ = {};
  for (auto& segment : held_) segment->Fail();
  held_.clear();
  cut_ = nullptr;
  for (auto& segment : rest) segment->Fail();
}

}  // namespace wallet
