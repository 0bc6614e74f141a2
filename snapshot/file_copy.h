// Whole files, read in slices: hashed, or copied and hashed on the way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/base/file.h"
#include "wal/base/hash.h"

namespace wallet {

// Called after each slice with its size; an error ends the work and is returned.
using SliceDone = absl::FunctionRef<absl::Status(uint64_t bytes)>;

// Of the first `bytes` of the file. kFailedPrecondition when it has fewer.
absl::StatusOr<Sha256> HashFile(FileSystem& files, const std::string& path, uint64_t bytes,
                                SliceDone done);

// Writes the first `bytes` of `from` to the new file `to` and syncs it; the name is left to
// SyncDirectory. Returns the hash of what was copied. kAlreadyExists: `to` is there.
// kFailedPrecondition: `from` has fewer bytes.
absl::StatusOr<Sha256> CopyFile(FileSystem& files, const std::string& from, const std::string& to,
                                uint64_t bytes, SliceDone done);

// Makes durable what is in the file, whoever wrote it.
absl::Status SyncFile(FileSystem& files, const std::string& path);

absl::StatusOr<uint64_t> FileBytes(FileSystem& files, const std::string& path);

}  // namespace wallet
