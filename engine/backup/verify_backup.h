// Checks a backup set of a ledger whole.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "engine/backup/backup_contents.h"
#include "engine/backup/backup_progress.h"
#include "wal/base/file.h"

namespace wallet {

// Reads every byte twice: against the manifest's hashes; then as what it is: the snapshot's, the
// runs' and the segments' own checksums, that the log is one chain from where the snapshot was cut
// up to the end, and that all are of one ledger and of the positions that the set speaks of. What
// is inside the ledger (conservation, digests) is checked by whoever loads it.
//
// kNotFound: there is no set. kDataLoss names what is damaged, missing, or does not belong.
// kUnimplemented: a newer program wrote it. Changes nothing.
absl::StatusOr<BackupSetContents> VerifyBackup(FileSystem& files, const std::string& set,
                                               BackupProgressFn progress);

}  // namespace wallet
