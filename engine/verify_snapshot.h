// Whether a start could use a snapshot, while the ledger that it is of goes on.
#pragma once

#include "absl/status/statusor.h"
#include "engine/snapshot_metadata.h"
#include "snapshot/progress.h"
#include "snapshot/snapshot_reader.h"

namespace wallet {

// Reads all of it once: every checksum, and that each section decodes to the counts, the
// conservation and the digest that it was cut with. What it says of itself. In little memory, so a
// user who stands in it twice is found by the digest alone.
//
// kDataLoss, kUnimplemented (a newer program wrote it), kCancelled: `progress` said so.
absl::StatusOr<SnapshotMetadata> VerifySnapshot(const SnapshotReader& reader,
                                                ProgressFn progress = IgnoreProgress);

}  // namespace wallet
