// The log of a restored directory.
#pragma once

#include "absl/status/status.h"
#include "engine/restore/log_pieces.h"
#include "engine/restore/restore_progress.h"
#include "wal/base/file.h"
#include "wal/rocks_log.h"

namespace wallet {

// Makes the log that holds the events behind `from` up to `until`: the records as they were, byte
// for byte, but for one that goes on behind `until`, of which the beginning becomes a record of its
// own. Errors as LogPieces::Read, and the disk's; what was written is fit only for removal then.
absl::Status WriteLog(FileSystem& files, const RocksLogOptions& options, const LogPieces& log,
                      const LogPoint& from, Position until, RestoreProgress progress);

}  // namespace wallet
