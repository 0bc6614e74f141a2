#include "engine/recovery.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "engine/payload.h"
#include "wal/base/check.h"
#include "wal/base/hash.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

absl::Status Trimmed(const Log& log, const ReplayFrom& from) {
  return absl::DataLossError(absl::StrCat(
      "the log begins only behind position ", log.begin().value(),
      ", but the ledger is known only up to position ", from.ledger.value(),
      ". Nothing was changed. Keep the directory as it is and restore a backup into a new one."));
}

// Applies events in their order, some behind where they are read. What an event changes is spread
// over memory, and waiting for it is most of what a replay costs: so each stands here behind those
// read before it, while the processor fetches, in steps, what it will touch.
class Replayer {
 public:
  Replayer(const std::vector<std::unique_ptr<ShardState>>& states, const ReplayFrom& from)
      : states_(states), from_(from) {}

  void Add(Position at, const Event& event, const EncodedEvent& encoded) {
    if (added_ - applied_ == kWaiting) ApplyFirst();
    Waiting& waiting = At(added_++);
    waiting = {&StateOf(event.user), at, event, encoded};
    PrefetchIndex(waiting);
    if (added_ > kStep) PrefetchUser(At(added_ - 1 - kStep));
    if (added_ > 2 * kStep) PrefetchLots(At(added_ - 1 - 2 * kStep));
  }

  // Applies the rest: before the bytes that the events point into are gone.
  void Finish() {
    while (applied_ < added_) ApplyFirst();
  }

 private:
  struct Waiting {
    ShardState* state = nullptr;
    Position at;
    Event event;
    EncodedEvent encoded;
  };
  // So many events between the steps are time enough for memory to answer.
  static constexpr uint64_t kStep = 5;
  static constexpr uint64_t kWaiting = 16;
  static_assert(kWaiting > 3 * kStep);

  ShardState& StateOf(UserId user) const {
    return *states_[ShardOfUser(user, static_cast<int>(states_.size()))];
  }
  Waiting& At(uint64_t number) { return waiting_[number % kWaiting]; }
  bool NeedsHistory(const Waiting& waiting) const { return waiting.at > from_.history; }

  void PrefetchIndex(const Waiting& waiting) const {
    const Event& event = waiting.event;
    if (!NeedsHistory(waiting)) return waiting.state->ledger.PrefetchIndex(event.user);
    waiting.state->PrefetchIndex(event.user, waiting.state->history.KeyHash(event.user, event.key));
  }
  void PrefetchUser(const Waiting& waiting) const {
    if (!NeedsHistory(waiting)) return waiting.state->ledger.PrefetchUser(waiting.event.user);
    waiting.state->PrefetchUser(waiting.event.user);
  }
  static void PrefetchLots(const Waiting& waiting) {
    waiting.state->ledger.PrefetchLots(waiting.event.user);
  }

  void ApplyFirst() {
    const Waiting& first = At(applied_++);
    if (first.at > from_.ledger || WALLET_MUTANT("replayed_twice_behind_snapshot"))
      first.state->ledger.Apply(first.event);
    if (NeedsHistory(first)) first.state->ReplayHistory(first.event, first.encoded);
  }

  const std::vector<std::unique_ptr<ShardState>>& states_;
  const ReplayFrom from_;
  std::array<Waiting, kWaiting> waiting_;
  uint64_t added_ = 0;
  uint64_t applied_ = 0;
};

}  // namespace

int ShardOfUser(UserId user, int shards) {
  return static_cast<int>(Mix64(static_cast<uint64_t>(user.value())) %
                          static_cast<uint64_t>(shards));
}

absl::Status Replay(Log& log, const std::vector<std::unique_ptr<ShardState>>& states,
                    const ReplayFrom& from,
                    absl::FunctionRef<absl::Status(Position)> after_record) {
  WALLET_CHECK(from.ledger <= from.history);
  if (from.ledger < log.begin()) return Trimmed(log, from);
  Replayer replayer(states, from);
  return log.Read(from.ledger, [&](const RecordView& record) {
    Position at(record.first.value() - 1);
    absl::Status status = ReadPayload(record, [&](const Event& event, const EncodedEvent& encoded) {
      at = Position(at.value() + 1);
      replayer.Add(at, event, encoded);
    });
    replayer.Finish();
    return status.ok() ? after_record(record.last()) : status;
  });
}

Recovery Count(const std::vector<std::unique_ptr<ShardState>>& states, Position position) {
  Recovery recovery;
  recovery.position = position;
  recovery.events = static_cast<int64_t>(position.value());
  for (const auto& state : states) {
    recovery.accounts += state->ledger.account_count();
    recovery.transactions += state->ledger.transaction_count();
    recovery.in_review += state->ledger.OpenCount(Substatus::kReview);
    state->ledger.ForEachOpen([&](const OpenWithdrawal&) { ++recovery.open_withdrawals; });
  }
  return recovery;
}

Instant LastStamp(const std::vector<std::unique_ptr<ShardState>>& states) {
  Instant last(0);
  for (const auto& state : states) last = std::max(last, state->ledger.last_stamp());
  return last;
}

std::vector<OpenWithdrawal> OpenWithdrawals(
    const std::vector<std::unique_ptr<ShardState>>& states) {
  std::vector<OpenWithdrawal> open;
  for (const auto& state : states) {
    state->ledger.ForEachOpen([&](const OpenWithdrawal& each) { open.push_back(each); });
  }
  std::sort(open.begin(), open.end(), [](const OpenWithdrawal& a, const OpenWithdrawal& b) {
    return std::tie(a.created_at, a.user, a.id) < std::tie(b.created_at, b.user, b.id);
  });
  return open;
}

}  // namespace wallet
