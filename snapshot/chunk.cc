#include "snapshot/chunk.h"

#include <cstring>

#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/base/hash.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

constexpr size_t kChunkChecksumOffset = 24;
static_assert(kChunkChecksumOffset + sizeof(uint64_t) == kChunkHeaderBytes);

std::string EncodeChunkHeader(const ChunkHeader& header) {
  std::string bytes;
  PutFixed<uint32_t>(bytes, header.section.value());
  PutFixed<uint32_t>(bytes, header.index);
  PutFixed<uint32_t>(bytes, header.plain_bytes);
  PutFixed<uint32_t>(bytes, header.stored_bytes);
  PutFixed<uint8_t>(bytes, static_cast<uint8_t>(header.codec));
  bytes.append(7, '\0');
  return bytes;
}

uint64_t ChunkChecksum(std::string_view chunk) {
  return Xxh3(chunk.substr(kChunkHeaderBytes), Xxh3(chunk.substr(0, kChunkChecksumOffset)));
}

uint64_t StoredChecksum(std::string_view chunk) {
  return Reader(chunk.substr(kChunkChecksumOffset)).Fixed<uint64_t>();
}

}  // namespace

uint64_t SealChunk(const ChunkHeader& header, std::string& chunk) {
  WALLET_CHECK(chunk.size() == kChunkHeaderBytes + header.stored_bytes);
  const std::string bytes = EncodeChunkHeader(header);
  std::memcpy(chunk.data(), bytes.data(), bytes.size());
  const uint64_t checksum = ChunkChecksum(chunk);
  std::memcpy(chunk.data() + kChunkChecksumOffset, &checksum, sizeof(checksum));
  return checksum;
}

absl::StatusOr<ChunkView> OpenChunk(std::string_view chunk, const ChunkEntry& entry,
                                    uint32_t index) {
  if (chunk.size() != kChunkHeaderBytes + entry.stored_bytes) {
    return absl::DataLossError("the chunk is cut short");
  }
  const uint64_t checksum = ChunkChecksum(chunk);
  if (checksum != StoredChecksum(chunk) && !WALLET_MUTANT("chunk_checksum_ignored")) {
    return absl::DataLossError("the chunk does not match its checksum");
  }
  const Codec codec = static_cast<Codec>(chunk[16]);
  const ChunkHeader expected = {entry.section, index, entry.plain_bytes, entry.stored_bytes, codec};
  if (WALLET_MUTANT("chunk_of_another_place"))
    return ChunkView{codec, chunk.substr(kChunkHeaderBytes)};
  if (checksum != entry.checksum ||
      EncodeChunkHeader(expected) != chunk.substr(0, kChunkChecksumOffset)) {
    return absl::DataLossError("the chunk is whole, but not the one that the manifest lists");
  }
  return ChunkView{codec, chunk.substr(kChunkHeaderBytes)};
}

}  // namespace wallet
