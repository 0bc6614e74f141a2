// The kinds of files of this room.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wal/base/file_format.h"

namespace wallet {

inline constexpr FileFormat kRunFormat = {
    "WALTRUN\n", 1, "run of the index",
    "Keep the directory as it is, and restore a backup into a new one."};
inline constexpr FileFormat kRunManifestFormat = {
    "WALTRUNS", 1, "manifest of the index's runs",
    "Keep the directory as it is, and restore a backup into a new one."};

inline constexpr size_t kRunChecksumBytes = sizeof(uint64_t);  // XXH3

// The seed of the checksum of what stands at `offset` of the run with this salt: what was moved, or
// belongs to another run, does not match it.
uint64_t RunChecksumSeed(uint64_t salt, uint64_t offset);

}  // namespace wallet
