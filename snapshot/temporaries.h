// Names for what is not finished: a file or directory is made as `NAME.tmp` beside its final name
// and gets that name when all its bytes are durable.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "wal/base/file.h"

namespace wallet {

inline constexpr char kTemporarySuffix[] = ".tmp";

// Without trailing slashes, so that a suffix names a sibling.
std::string TrimSlashes(std::string path);
std::string TemporaryOf(const std::string& path);
// Where an unfinished backup set waits while another attempt takes over what it has.
std::string LeftoverOf(const std::string& path);
// The directory that holds `path`.
std::string ParentOf(const std::string& path);

// Renames `temporary`, whose bytes are durable, to `path` and makes the name durable. After an
// error nothing is under the final name, unless the disk refuses to take it back. Replaces nothing
// (kAlreadyExists) but an empty directory by a directory.
absl::Status Publish(FileSystem& files, const std::string& temporary, const std::string& path);

// kAlreadyExists, saying so, unless `path` is absent or an empty directory.
absl::Status CheckFree(FileSystem& files, const std::string& path);

// Removes what a crash left of a snapshot, a backup set or a restore that was to become `path`.
// Only when nothing is at work on it. OK if there is nothing.
absl::Status RemoveUnfinished(FileSystem& files, const std::string& path);

}  // namespace wallet
