// The kinds of files of this room.
#pragma once

#include "wal/base/file_format.h"

namespace wallet {

inline constexpr FileFormat kSnapshotFormat = {"WALSNAPS", 1, "snapshot",
                                               "Use the snapshot before it, or restore a backup."};
inline constexpr FileFormat kBackupFormat = {"WALBKSET", 1, "backup set's manifest",
                                             "Use another backup set."};

// A copied file of a backup set; it has no form of its own.
inline constexpr FileFormat kBackupFileFormat = {"", 0, "file of a backup set",
                                                 "Use another backup set."};

}  // namespace wallet
