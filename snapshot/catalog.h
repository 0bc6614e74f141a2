// A directory of snapshots, one file each, named by the position they were cut at:
// `snapshot-<position, 20 decimal digits>`, so that names sort as positions do.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/base/file.h"
#include "wal/base/position.h"

namespace wallet {

struct SnapshotFile {
  Position position;
  std::string path;
};

std::string SnapshotName(Position position);
// None unless the name is exactly what SnapshotName gives.
std::optional<Position> ParseSnapshotName(std::string_view name);

// Any thread, but RemoveTemporaries and KeepNewest not beside a writer in the same directory: the
// data directory's lock sees to other processes. Files of other names are neither listed nor
// touched. Errors are the file system's.
class SnapshotCatalog {
 public:
  SnapshotCatalog(FileSystem& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  // Makes the directory if it is missing; its parent must exist.
  absl::Status CreateDirectory();
  std::string PathOf(Position position) const;
  // Oldest first. They have their final names; whether they are intact, only reading tells.
  absl::StatusOr<std::vector<SnapshotFile>> List() const;
  // Deletes, oldest first, all but the newest `count` ≥ 1, and those at `held` and behind it, and
  // returns what it deleted. A crash on the way leaves more, never fewer.
  absl::StatusOr<std::vector<SnapshotFile>> KeepNewest(size_t count,
                                                       std::optional<Position> held = std::nullopt);
  // Deletes the temporaries that crashed writers left; returns their paths. Makes durable the names
  // that stay: a writer killed in its last step may not have. For the start, before anything older
  // is given up because a snapshot is there.
  absl::StatusOr<std::vector<std::string>> RemoveTemporaries();

 private:
  FileSystem& files_;
  const std::string directory_;
};

}  // namespace wallet
