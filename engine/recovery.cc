#include "engine/recovery.h"

#include <algorithm>
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
  const int shards = static_cast<int>(states.size());
  return log.Read(from.ledger, [&](const RecordView& record) {
    Position at(record.first.value() - 1);
    absl::Status status = ReadPayload(record, [&](const Event& event, const EncodedEvent& encoded) {
      at = Position(at.value() + 1);
      ShardState& state = *states[ShardOfUser(event.user, shards)];
      if (at > from.ledger || WALLET_MUTANT("replayed_twice_behind_snapshot"))
        state.ledger.Apply(event);
      if (at > from.history) state.ReplayHistory(event, encoded);
    });
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
