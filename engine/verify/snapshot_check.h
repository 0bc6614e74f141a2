// The snapshots, each by itself and against the log's records.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "engine/directory.h"
#include "engine/ledger/ledger.h"
#include "engine/snapshot_metadata.h"
#include "engine/verify/check_list.h"
#include "engine/verify/log_check.h"
#include "snapshot/catalog.h"
#include "wal/base/file.h"

namespace wallet {

struct SnapshotFacts {
  SnapshotFile file;
  Digest digest;  // of the ledger it loads to
};

// What the snapshot holds, into an empty ledger, which is fit for nothing after an error. Errors as
// SnapshotReader and LedgerLoader; kDataLoss when it is not what its metadata says.
absl::Status LoadSnapshot(FileSystem& files, const SnapshotFile& file, Ledger& ledger);

// Every byte of each file; that it was cut behind the record that the log has there; that it loads
// to its own digest and conserves. The sound ones, oldest first.
std::vector<SnapshotFacts> CheckSnapshots(FileSystem& files, const Directory& directory,
                                          const std::vector<SnapshotFile>& snapshots,
                                          const LogFacts& log, CheckList& list);

}  // namespace wallet
