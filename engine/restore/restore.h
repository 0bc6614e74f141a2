// Restores a ledger, as it was at a moment, into a directory of its own.
//
// It is read from a backup set or from a data directory at rest, with the log's archive where that
// is needed; neither is changed. All is made as TARGET.tmp, made durable, loaded again as a start
// would load it, and only then renamed: a directory under its final name is whole. The restored
// ledger has a new epoch and its bank is paused (engine/directory.h). README.md says how.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/ledger/digest.h"
#include "engine/ledger/types.h"
#include "engine/restore/ledger_at.h"
#include "engine/restore/restore_progress.h"
#include "wal/base/clock.h"
#include "wal/base/file.h"
#include "wal/base/random.h"

namespace wallet {

struct RestoreOptions {
  std::string from;
  std::string archive;  // empty: none
  RestoreUntil until;
  std::string to;
  bool dry_run = false;  // everything but writing: all that would be read is read and checked
};

struct RestoreEnvironment {
  FileSystem& files;
  const Clock& clock;
  Random& random;
};

// Where the restored history is found.
enum class HistoryFrom : uint8_t {
  kLog,      // there is no index: the log is kept from its first event on
  kCopied,   // the index is as it was; the log behind it is kept
  kRebuilt,  // the index was beyond the moment: what is later was left out
};
std::string_view ToString(HistoryFrom history);  // "log", "index", "rebuilt index"

struct RestoreReport {
  Position position;   // everything up to it is restored, nothing later
  Position last;       // what the source holds goes up to here
  Instant last_stamp;  // of the newest event restored; 0 before any
  Epoch from_epoch;
  Epoch epoch;  // the new one; of a dry run, one that is not used
  Currency default_currency;
  std::optional<Position> snapshot;  // from which the ledger was replayed
  bool archive_read = false;         // some of the log was read from the archive given
  HistoryFrom history = HistoryFrom::kLog;
  // As near as it is known before: of an index that is filtered and a snapshot that is made, at
  // most.
  uint64_t bytes_to_write = 0;
  uint64_t bytes_free = 0;  // of the disk that the target goes to, before
  int64_t accounts = 0;
  int64_t transactions = 0;
  int64_t open_withdrawals = 0;  // they are asked about first; without those in review
  int64_t in_review = 0;
  Digest digest;                    // Ledger::DigestAt(kMinInstant)
  bool has_bank_book = false;       // the simulated bank's was taken over
  bool needs_accept_clock = false;  // a start now needs --accept-clock: that long ago is last_stamp
  std::vector<std::string> notes;   // what an operator must hear of, as sentences
};

// On the calling thread; takes as long as the disks do, and memory as a start does.
//
// kAlreadyExists: the target is there and not an empty directory, or its temporary is. kOutOfRange:
// the log's positions that are named are nowhere, or the moment is before everything that is held.
// kResourceExhausted: the target's disk has no room for it, and for a ledger's start.
// kNotFound, kUnavailable, kFailedPrecondition, kDataLoss, kUnimplemented: as RestoreSource::Open.
// kCancelled: `progress`. Whatever the error, nothing is under the target's name, and the temporary
// is removed if the disk lets it be. Messages say what to do.
absl::StatusOr<RestoreReport> Restore(const RestoreEnvironment& environment,
                                      const RestoreOptions& options, RestoreProgress progress);

}  // namespace wallet
