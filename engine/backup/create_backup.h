// Makes a backup set of a ledger: running, or at rest.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "engine/backup/backup_contents.h"
#include "engine/backup/backup_progress.h"
#include "engine/directory.h"
#include "engine/retention/holds.h"
#include "snapshot/backup_set.h"
#include "wal/base/clock.h"
#include "wal/base/file.h"
#include "wal/log.h"
#include "wal/runs/run_view.h"

namespace wallet {

// What is backed up. All of it outlives the call.
struct BackupLedger {
  FileSystem& files;
  const Clock& clock;
  Log& log;
  Holds& holds;  // whoever removes snapshots or trims the log asks them
  LedgerIdentity identity;
  std::string ledger_file;  // where that stands: LEDGER, in the ledger's own directory
  std::string snapshots;    // their directory; it may be missing
  std::string index;        // the index's directory
  // What the index has now; empty, or null: there is no index.
  std::function<std::shared_ptr<const RunView>()> index_view;
};

struct BackupMade {
  BackupContents contents;
  BackupReport report;
};

// Makes the set `set` of the ledger as it is when the call begins: identity, the newest snapshot,
// the index, and the log behind both, up to its end. Works on the calling thread, beside everything
// else; the set has its name only once every byte of it was read and checked (VerifyBackup).
//
// `earlier` names a set of this ledger on the same disk whose unchanged files are linked; empty:
// none. Snapshot and index are always copies: a set shares nothing with the ledger it is for.
//
// kInvalidArgument: `set` is in the ledger's own directory (as the paths are written).
// kAlreadyExists: `set` is there, or what an interrupted backup left beside it, which the message
// names. kFailedPrecondition: snapshot, index and log do not reach each other. kDataLoss: something
// in the directory is damaged, and is named; no set was made. kResourceExhausted: the disk has no
// more room than the ledger may need. kCancelled: `progress` said so.
// Others are the disk's. Whatever the error, nothing is left under any name, unless the disk
// refuses to take it back.
absl::StatusOr<BackupMade> CreateBackup(const BackupLedger& ledger, const std::string& set,
                                        const std::string& earlier, BackupProgressFn progress);

}  // namespace wallet
