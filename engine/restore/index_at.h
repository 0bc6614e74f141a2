// An index as it was at an earlier moment than the one it is of.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "engine/index/index_reader.h"
#include "engine/ledger/ledger.h"
#include "engine/restore/restore_progress.h"
#include "wal/base/file.h"
#include "wal/base/position.h"
#include "wal/base/random.h"

namespace wallet {

// Writes into `directory`, which must not exist, what `from` has of the transactions that `ledger`,
// the ledger at `position`, knows: rows of later ids are left out, and so are their keys and ranks;
// a withdrawal that is open in the ledger gets the state it has there; all others were final, and
// are as they were. One run a family. Returns how many transactions that is.
//
// kDataLoss: damage, or a user whose transactions are not all there. kCancelled: `progress`.
absl::StatusOr<uint64_t> WriteIndexAt(FileSystem& files, Random& random, const IndexReader& from,
                                      const Ledger& ledger, Position position,
                                      const std::string& directory, RestoreProgress progress);

}  // namespace wallet
