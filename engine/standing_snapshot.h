// The snapshot that stands already where one is to be taken: a start could not read it, or the last
// step of taking it failed behind its back.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/snapshot_types.h"
#include "wal/base/file.h"
#include "wal/base/hash.h"
#include "wal/base/position.h"

namespace wallet {

// Renames a damaged snapshot to NAME.damaged, durably, so that it no longer counts as one of those
// that are kept and its name is free. What an earlier damage left under that name is removed.
absl::Status KeepAside(FileSystem& files, const std::string& directory, const std::string& path);

// The snapshot in `directory` that was cut at `position` behind the record of `chain_hash`, every
// byte of it checked and its name durable. None: the name is free; what stood there damaged, or was
// of another log, is kept aside. kCancelled once `cancelled` is set; others are the file system's,
// and leave everything as it is.
absl::StatusOr<std::optional<SnapshotTaken>> FindStanding(FileSystem& files,
                                                          const std::string& directory,
                                                          Position position,
                                                          const Sha256& chain_hash,
                                                          const std::atomic<bool>& cancelled);

}  // namespace wallet
