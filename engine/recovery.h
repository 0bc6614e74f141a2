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

// Applies every event of the log to the shard of its user; any number of shards gives the same
// ledger. `progress` runs every million events. kDataLoss: what is damaged and what to do.
absl::Status Replay(Log& log, const std::vector<std::unique_ptr<ShardState>>& states,
                    absl::FunctionRef<void(Position)> progress);

// What there is after a replay; elapsed_us is the caller's.
Recovery Count(const std::vector<std::unique_ptr<ShardState>>& states, Position position);

// The highest stamp over all shards; 0 for an empty ledger.
Instant LastStamp(const std::vector<std::unique_ptr<ShardState>>& states);

// Open withdrawals of all shards, oldest first.
std::vector<OpenWithdrawal> OpenWithdrawals(const std::vector<std::unique_ptr<ShardState>>& states);

}  // namespace wallet
