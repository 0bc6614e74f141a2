// The families of runs that make the index.
#pragma once

#include <string>

#include "wal/runs/run_view.h"

namespace wallet {

// (user, id) → row; see row_format.h.
inline constexpr FamilyId kTransactionRuns{0};
// (hash, user) → ids, with a filter of all hashes.
inline constexpr FamilyId kKeyRuns{1};
// (user, currency and rank) → id, of users with more than one currency.
inline constexpr FamilyId kCurrencyRuns{2};
inline constexpr uint32_t kIndexFamilies = 3;

RunSetOptions IndexRunOptions(std::string directory);

}  // namespace wallet
