// What happened, from the archive and the log together.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "wal/archive/archive_reader.h"
#include "wal/archive/segment.h"
#include "wal/log.h"

namespace wallet {

// Visits, in order and each once, every record that holds an event behind `after` and at or before
// `until`, from the archive as far as it goes and then from the log; either may be absent (null).
// The last record may go on behind `until`. Without `until`, up to the end of what both hold when
// it begins. A visit's error ends the read and is returned: so it ends at an instant, too.
//
// kOutOfRange names positions that neither holds; unless a trim overtakes the read, nothing was
// visited then. kDataLoss: damage, as Log::Read and ArchiveReader say, or the log does not continue
// what the archive holds. Any thread.
absl::Status ReadHistory(const ArchiveReader* archive, Log* log, Position after,
                         std::optional<Position> until, RecordVisitor visit);

}  // namespace wallet
