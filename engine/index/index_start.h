// The index of a ledger, at a start.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "engine/index/index.h"
#include "wal/base/file.h"
#include "wal/base/position.h"
#include "wal/base/random.h"

namespace wallet {

// Opens the index in `directory`. Where there is no such directory, as in a new ledger or one of a
// program that had no index, makes an empty one, which the replay fills: if the log, which begins
// behind `log_begin`, holds everything from the first event on, and otherwise answers kDataLoss.
// A crash leaves either a whole index or none. Other errors as OpenIndex.
absl::StatusOr<std::unique_ptr<Index>> OpenOrCreateIndex(FileSystem& files,
                                                         const std::string& directory,
                                                         Position log_begin, Random& random);

}  // namespace wallet
