// Joining what several shards answered to one question.
#pragma once

#include <cstdint>
#include <span>

#include "engine/batch.h"

namespace wallet {

// The answer to a ListWithdrawals that was put to every shard: oldest first (created_at, user, id),
// at most `limit`, `total` and `position` over all shards; the first refusal among them if there is
// one. Views are those of the parts.
Result MergeWithdrawals(std::span<const Result* const> parts, int64_t limit);

}  // namespace wallet
