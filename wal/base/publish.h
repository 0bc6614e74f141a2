// How a name becomes final: a file or directory is made as `NAME.tmp` beside its final name and
// gets that name when all its bytes are durable.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "wal/base/file.h"

namespace wallet {

inline constexpr char kTemporarySuffix[] = ".tmp";

// Without trailing slashes, so that a suffix names a sibling.
std::string TrimSlashes(std::string path);
std::string TemporaryOf(const std::string& path);
// The directory that holds `path`.
std::string ParentOf(const std::string& path);

// Renames `temporary`, whose bytes are durable, to `path` and makes the name durable. After an
// error nothing is under the final name, unless the disk refuses to take it back. Replaces nothing
// (kAlreadyExists) but an empty directory by a directory.
absl::Status Publish(FileSystem& files, const std::string& temporary, const std::string& path);

}  // namespace wallet
