#include "engine/shard_section.h"

#include "wal/base/check.h"

namespace wallet {

SectionStart BeginSection(ShardState& state) {
  EndSection(state);
  state.snapshot = state.ledger.BeginSnapshot();
  SectionStart start{.accounts = state.ledger.account_count(),
                     .last_stamp = state.ledger.last_stamp()};
  for (int i = 0; i < kSubstatusCount; ++i) {
    start.open_withdrawals += state.ledger.OpenCount(static_cast<Substatus>(i));
  }
  return start;
}

SectionSlice NextSlice(ShardState& state, size_t max_bytes) {
  WALLET_CHECK(state.snapshot != nullptr);
  SectionSlice slice;
  slice.last = !state.snapshot->Next(max_bytes, slice.bytes);
  if (!slice.last) return slice;
  slice.digest = state.snapshot->digest();
  EndSection(state);
  return slice;
}

void EndSection(ShardState& state) { state.snapshot.reset(); }

}  // namespace wallet
