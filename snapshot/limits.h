// The bounds of snapshots and backup sets.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wal/base/file.h"

namespace wallet {

// The bytes of a section that are compressed and checked together. Larger chunks compress little
// better (zstd's window at low levels) and cost memory for every section under way.
inline constexpr uint32_t kDefaultChunkBytes = 128 << 10;
inline constexpr uint32_t kMaxChunkBytes = 1 << 20;

inline constexpr uint32_t kMaxSections = 1 << 16;
inline constexpr size_t kMaxSectionNameBytes = 255;
inline constexpr size_t kMaxMetadataBytes = 1 << 20;
// Room for some 4 million chunks: half a terabyte before compression.
inline constexpr uint64_t kMaxManifestBytes = uint64_t{64} << 20;

// What a copy or a check reads at once, and how often it reports progress.
inline constexpr size_t kCopySliceBytes = 256 << 10;

inline constexpr uint32_t kMaxBackupFiles = 1 << 20;
inline constexpr size_t kMaxBackupNameBytes = 1024;
inline constexpr uint64_t kMaxBackupManifestBytes = uint64_t{256} << 20;

static_assert(kCopySliceBytes <= kSyncEveryBytes);  // what is copied is synced as often
static_assert(kDefaultChunkBytes <= kMaxChunkBytes);
static_assert(kMaxMetadataBytes + kMaxSections * (kMaxSectionNameBytes + 2) < kMaxManifestBytes);

}  // namespace wallet
