// The archive, and the log behind it, held against everything that was ever durable.
#pragma once

#include <string>

#include "tests/simulation/sim_log.h"
#include "wal/base/file.h"

namespace wallet::simulation {

// After an end of the process: whether archive and log, as they are kept, together hold every
// record from the first event on, byte for byte and each once. `whole`: every byte of the archive
// is read; otherwise only where its segments begin and end. `log` is what is kept of the log.
// Empty, or what is wrong.
std::string CheckArchive(FileSystem& files, const std::string& directory, Log& log,
                         const LogDisk& disk, bool whole);

}  // namespace wallet::simulation
