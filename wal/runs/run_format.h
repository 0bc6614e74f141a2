// The kinds of files of this room, and how a read that fails is reported.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "wal/base/file_format.h"

namespace wallet {

inline constexpr FileFormat kRunFormat = {
    "WALTRUN\n", 1, "run of the index",
    "Keep the directory as it is, and restore a backup into a new one."};
inline constexpr FileFormat kRunManifestFormat = {
    "WALTRUNS", 1, "manifest of the index's runs",
    "Keep the directory as it is, and restore a backup into a new one."};

// A read that failed, with the file, the byte and what to do. It keeps its code, but is never
// kNotFound: what could not be read is not absent.
absl::Status RunReadFailure(const FileFormat& format, const std::string& path, uint64_t offset,
                            const absl::Status& failure);

// The seed of the checksum of what stands at `offset` of the run with this salt: what was moved, or
// belongs to another run, does not match it.
uint64_t RunChecksumSeed(uint64_t salt, uint64_t offset);

}  // namespace wallet
