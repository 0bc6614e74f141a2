// What is there before a name becomes final, or was left behind (wal/base/publish.h).
#pragma once

#include <string>

#include "absl/status/status.h"
#include "wal/base/file.h"
#include "wal/base/publish.h"

namespace wallet {

// Where an unfinished backup set waits while another attempt takes over what it has.
std::string LeftoverOf(const std::string& path);

// kAlreadyExists, saying so, unless `path` is absent or an empty directory.
absl::Status CheckFree(FileSystem& files, const std::string& path);

// Removes what a crash left of a snapshot, a backup set or a restore that was to become `path`.
// Only when nothing is at work on it. OK if there is nothing.
absl::Status RemoveUnfinished(FileSystem& files, const std::string& path);

}  // namespace wallet
