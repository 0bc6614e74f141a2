// A ledger as it was at a moment: a snapshot, and the log behind it up to there.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/types.h"
#include "engine/restore/log_pieces.h"
#include "engine/restore/restore_progress.h"
#include "engine/snapshot_metadata.h"
#include "wal/base/file.h"

namespace wallet {

// The moment: a position or an instant; without either it is the end of the log.
struct RestoreUntil {
  std::optional<Position> position;
  std::optional<Epoch> epoch;  // of the ledger, when `position` means something in that life alone
  // The longest beginning of the log that holds no later stamp.
  std::optional<Instant> instant;
};

struct LedgerAt {
  Ledger ledger;
  // Its hash is the one that the next record of a log begun here carries: of the record that ends
  // here or, inside of one, CutHash.
  LogPoint point;
  uint64_t log_bytes = 0;  // of the records that were read behind the snapshot
};

// What a log carries that begins inside a record of another one, behind `position`: what follows
// must not be taken for that record's rest.
Sha256 CutHash(const Sha256& record, Position position);

// An empty ledger becomes the one that the snapshot at `path` holds, every byte of it checked.
// kDataLoss, kUnimplemented: as SnapshotReader and LedgerLoader; `at` is fit for nothing then.
absl::StatusOr<SnapshotMetadata> LoadSnapshot(FileSystem& files, const std::string& path,
                                              LedgerAt& at, RestoreProgress progress);
// What the snapshot says of itself, once it was found whole at its ends.
absl::StatusOr<SnapshotMetadata> ReadSnapshotMetadata(FileSystem& files, const std::string& path);

// Applies the log from where the ledger is up to the moment. Errors as LogPieces::Read.
absl::Status ReplayUntil(const LogPieces& log, const RestoreUntil& until, LedgerAt& at,
                         RestoreStep step, RestoreProgress progress);

}  // namespace wallet
