// The snapshots of a directory, and what each says of itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "wal/base/file.h"
#include "wal/base/instant.h"
#include "wal/base/position.h"

namespace wallet {

struct SnapshotListing {
  Position position;
  std::string path;
  uint64_t bytes = 0;
  Instant created_at;
  int64_t accounts = 0;
  int64_t open_withdrawals = 0;
  std::string damage;  // why it can't be read; then the rest is unknown
};

// Oldest first; empty where there is no such directory. Reads the ends of each file, and does not
// look at what is between.
absl::StatusOr<std::vector<SnapshotListing>> ListSnapshotFiles(FileSystem& files,
                                                               const std::string& directory);

}  // namespace wallet
