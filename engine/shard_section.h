// A shard's part in a snapshot: what its own thread does for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/ledger/digest.h"
#include "engine/shard.h"

namespace wallet {

// What a shard says of itself at the cut.
struct SectionStart {
  int64_t accounts = 0;
  int64_t open_withdrawals = 0;
  Instant last_stamp;
};

struct SectionSlice {
  std::string bytes;
  bool last = false;  // then `bytes` is empty, and nothing follows
  Digest digest;      // of the whole section, with the last
};

// All on the shard's executor. At the cut; a snapshot that was given up is ended first.
SectionStart BeginSection(ShardState& state);
// `max_bytes` as LedgerSnapshot::Next has it.
SectionSlice NextSlice(ShardState& state, size_t max_bytes);
// Nothing if there is none.
void EndSection(ShardState& state);

}  // namespace wallet
