// The small entries of the index: which transactions a key's hash leads to, and which transaction
// has a rank within its currency. Pure functions; engine/index/FORMAT.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ledger/types.h"
#include "wal/runs/run_entry.h"

namespace wallet {

// A currency in 15 bits, 5 a letter. Stored.
uint16_t CodeOf(Currency currency);
std::optional<Currency> CurrencyOf(uint16_t code);

// A transaction's id, as the value of a rank.
std::string EncodeId(TransactionId id);
std::optional<TransactionId> DecodeId(std::string_view bytes);

// The ids of one user under one hash: one, unless hashes collide. Ascending, at least one.
std::string EncodeIds(const std::vector<TransactionId>& ids);
std::optional<std::vector<TransactionId>> DecodeIds(std::string_view bytes);

// RunCombine of the keys: all ids of both. What can't be joined becomes bytes that no ids have.
void CombineIds(RunKey key, std::string& newer, std::string_view older);

// Where a rank (0 … kMaxRank) of a currency stands.
RunKey RankKey(UserId user, Currency currency, int64_t rank);

inline RunKey RowKey(UserId user, TransactionId id) {
  return {static_cast<uint64_t>(user.value()), static_cast<uint64_t>(id.value())};
}
inline RunKey KeyKey(uint64_t hash, UserId user) {
  return {hash, static_cast<uint64_t>(user.value())};
}

}  // namespace wallet
