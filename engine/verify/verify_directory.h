// Checks a whole data directory that nobody uses: every byte that is protected, and everything that
// is written down twice.
//
//   LEDGER      its checksum and fields
//   MARK, log   slots; chain, positions, checksums, events; the log reaches the mark
//   archive     the same, and its seam with the log
//   snapshots   checksums, the log's record at their positions, digest, conservation
//   index       manifest and runs; ids, ranks, keys; against the log and against balances
//   replay      of all events, or from the oldest snapshot, to each digest and to the end
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "engine/verify/check_list.h"
#include "engine/verify/verify_report.h"
#include "wal/base/clock.h"
#include "wal/base/file.h"

namespace wallet {

struct VerifyOptions {
  std::string directory;
  std::string archive;  // of the log; empty: there is none
};

// Takes the directory's lock and changes nothing in it (but for the file LOCK, where it is
// missing). Takes as long as it takes to read everything some two times; memory as a start of the
// ledger, and some 0.5 GB for the index.
//
// What is damaged, missing or of a newer version is a difference in the report, by name. An error
// only when there is nothing to check: kUnavailable: a process uses the directory; kNotFound: there
// is none, or it holds no ledger.
//
// Aborts, as the ledger does, if a recount of its own sums differs: that is a fault of this
// program.
absl::StatusOr<VerifyReport> VerifyDirectory(FileSystem& files, const Clock& clock,
                                             const VerifyOptions& options,
                                             VerifyProgress progress = {});

}  // namespace wallet
