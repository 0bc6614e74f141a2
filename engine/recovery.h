// From the log to the state: the same Apply as the live path.
#pragma once

#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "engine/engine.h"
#include "engine/shard.h"
#include "wal/log.h"

namespace wallet {

// The shard of a user: stable over restarts and machines, even for neighbouring ids.
int ShardOfUser(UserId user, int shards);

// Up to where the parts of the state are known already; each goes on behind its own position, and
// the ledger is never ahead of the history, whose rows say what the ledger was when they came.
struct ReplayFrom {
  Position ledger;
  Position history;
};

// Reads the log behind `from.ledger`, which is not above `from.history`, and applies each event to
// the ledger of its user's shard and, behind `from.history`, to its history; any number of shards
// gives the same state. `after_record` runs after each record, with its last position; its error
// ends the replay. kDataLoss: what is damaged, or no longer there, and what to do.
absl::Status Replay(Log& log, const std::vector<std::unique_ptr<ShardState>>& states,
                    const ReplayFrom& from, absl::FunctionRef<absl::Status(Position)> after_record);

// What there is after a replay; elapsed_us is the caller's.
Recovery Count(const std::vector<std::unique_ptr<ShardState>>& states, Position position);

// The highest stamp over all shards; 0 for an empty ledger.
Instant LastStamp(const std::vector<std::unique_ptr<ShardState>>& states);

// Open withdrawals of all shards, oldest first.
std::vector<OpenWithdrawal> OpenWithdrawals(const std::vector<std::unique_ptr<ShardState>>& states);

}  // namespace wallet
