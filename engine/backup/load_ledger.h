// A snapshot loaded whole, for whoever does not serve it.
#pragma once

#include <atomic>

#include "absl/status/status.h"
#include "engine/ledger/ledger.h"
#include "engine/snapshot_metadata.h"
#include "snapshot/snapshot_reader.h"

namespace wallet {

// Loads all sections into the ledger, which must be empty and is fit for nothing after an error;
// conservation and every checksum on the way. kDataLoss: damaged, or not what `metadata` says (its
// digest above all). kUnimplemented: a newer program wrote it. kCancelled: `cancelled` was set.
absl::Status LoadLedger(const SnapshotReader& reader, const SnapshotMetadata& metadata,
                        Ledger& ledger, const std::atomic<bool>& cancelled);

}  // namespace wallet
