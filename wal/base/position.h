// Where something stands in the log.
#pragma once

#include <cstdint>

#include "wal/base/strong.h"

namespace wallet {

// The number of an event in the log: the first event has position 1, positions have no gaps.
// As a state, position P means "events 1 … P have been applied"; 0 is the empty ledger.
using Position = Strong<struct PositionTag, uint64_t>;

}  // namespace wallet
