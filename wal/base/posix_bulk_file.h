// A new file of the machine's that is written in bulk, past the page cache.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "wal/base/file.h"

namespace wallet {

// FileSystem::CreateBulk of the machine's file system.
absl::StatusOr<std::unique_ptr<AppendFile>> CreatePosixBulkFile(const std::string& path);

}  // namespace wallet
