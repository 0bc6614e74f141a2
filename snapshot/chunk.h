// The bytes of a snapshot's chunk: pure functions; the layout is described in snapshot/FORMAT.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "wal/base/strong.h"
#include "wal/codec.h"

namespace wallet {

// A section by the order in which it was added, from 0.
using SectionNumber = Strong<struct SectionNumberTag, uint32_t>;

struct ChunkHeader {
  SectionNumber section;
  uint32_t index = 0;  // within its section, from 0
  uint32_t plain_bytes = 0;
  uint32_t stored_bytes = 0;
  Codec codec = Codec::kNone;
};
inline constexpr size_t kChunkHeaderBytes = 32;

// Fills the first kChunkHeaderBytes of `chunk`; the stored bytes, which follow them, are there.
// Returns the chunk's checksum.
uint64_t SealChunk(const ChunkHeader& header, std::string& chunk);

// What the manifest says of a chunk.
struct ChunkEntry {
  SectionNumber section;
  uint32_t plain_bytes = 0;
  uint32_t stored_bytes = 0;
  uint64_t checksum = 0;
};

struct ChunkView {
  Codec codec = Codec::kNone;
  std::string_view stored;  // within the bytes given
};
// Checks a whole chunk, header included, against its checksum and its entry. kDataLoss says what is
// wrong; the caller knows where.
absl::StatusOr<ChunkView> OpenChunk(std::string_view chunk, const ChunkEntry& entry,
                                    uint32_t index);

}  // namespace wallet
