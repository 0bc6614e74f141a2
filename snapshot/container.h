// The bytes of a snapshot: pure functions; the layout is described in snapshot/FORMAT.md.
//
//   preamble | chunk … | manifest | footer
//
// A section's bytes are cut into chunks; chunks of several sections may take turns. The manifest
// names the sections, lists every chunk in the order of the file, and carries the caller's
// metadata; the footer, at the file's end, finds and checks the manifest and carries the SHA-256 of
// the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "snapshot/chunk.h"
#include "wal/base/hash.h"

namespace wallet {

// 1 … kMaxSectionNameBytes bytes, no control characters.
bool IsSectionName(std::string_view name);

struct Manifest {
  std::vector<std::string> sections;
  std::vector<ChunkEntry> chunks;  // in the order of the file
  std::string metadata;
};
std::string EncodeManifest(const Manifest& manifest);
// None unless the bytes are what EncodeManifest writes of a manifest within the limits.
std::optional<Manifest> DecodeManifest(std::string_view bytes);

struct Footer {
  uint64_t manifest_offset = 0;
  uint64_t manifest_bytes = 0;
  uint64_t manifest_checksum = 0;  // XXH3-64
};
inline constexpr size_t kFooterBytes = 72;
// The file's SHA-256 covers all bytes before it: these many of the footer.
inline constexpr size_t kFooterHashedBytes = 32;

// The bytes that are hashed; then all of them.
std::string EncodeFooterStart(const Footer& footer);
std::string EncodeFooter(const Footer& footer, const Sha256& file_hash);
// None when the bytes are no footer or a damaged one.
std::optional<Footer> DecodeFooter(std::string_view bytes, Sha256* file_hash);

}  // namespace wallet
