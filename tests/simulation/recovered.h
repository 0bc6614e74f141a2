// What the log replays to, held against the model.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "engine/ledger/ledger.h"
#include "tests/simulation/journal.h"
#include "tests/simulation/ledger_watch.h"
#include "tests/simulation/sim_log.h"
#include "wal/base/file.h"

namespace wallet::simulation {

// Replays the log into that many shards and compares every transaction, every key (used and
// refused), every balance at several instants, every open withdrawal and the sums of each currency
// with `ledger`, which must have advanced to the log's end. `digest` becomes that of the replay,
// matured to the last stamp. Empty, or the first difference.
std::string CheckReplay(Log& log, int shards, const LedgerWatch& ledger, const Journal& journal,
                        Digest& digest);

// The digest, matured to `last_stamp`, of what that snapshot and the log behind it come to.
absl::StatusOr<Digest> DigestFrom(FileSystem& files, const std::string& snapshot, Log& log,
                                  int shards, int64_t last_stamp);

}  // namespace wallet::simulation
