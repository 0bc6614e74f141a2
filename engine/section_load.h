// From a snapshot's sections to the shards' ledgers.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "engine/shard.h"
#include "engine/snapshot_metadata.h"
#include "snapshot/snapshot_reader.h"

namespace wallet {

// Loads all sections into the ledgers, which must be empty and are fit for nothing after an error.
// With as many sections as states each is loaded by itself: with `parallel`, on a thread of its
// own. kDataLoss, and kUnimplemented for sections of a newer program, as
// engine/ledger/ledger_loader.h says; kDataLoss too when they are not what `metadata` says.
absl::Status LoadSections(const SnapshotReader& reader, const SnapshotMetadata& metadata,
                          const std::vector<std::unique_ptr<ShardState>>& states, bool parallel);

}  // namespace wallet
