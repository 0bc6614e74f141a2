// The log replayed, against everything that was written down of it.
#pragma once

#include <optional>
#include <vector>

#include "engine/index/index_reader.h"
#include "engine/verify/check_list.h"
#include "engine/verify/log_check.h"
#include "engine/verify/snapshot_check.h"
#include "wal/archive/archive_reader.h"
#include "wal/base/file.h"
#include "wal/log.h"

namespace wallet {

// All of it outlives the check.
struct ReplayInput {
  FileSystem& files;
  Log& log;
  const ArchiveReader* archive;                 // or null
  const std::vector<SnapshotFacts>& snapshots;  // sound ones, oldest first
  const IndexReader* index;                     // or null
};

// Replays from the beginning when archive and log hold it, else from the oldest snapshot: each
// event must fit what was before it; at each later snapshot the digest must be that one's, at the
// index's position the index must be what the ledger has come to (CheckIndexRows), and at the end
// all is recounted. On the way every event is looked up in the index (IndexLogCheck).
void CheckReplay(const ReplayInput& input, CheckList& list);

}  // namespace wallet
