// A snapshot's manifest.
#include "snapshot/container.h"
#include "snapshot/limits.h"
#include "tests/fuzz/input.h"
#include "wal/base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  const std::string_view bytes = fuzz::View(data, size);
  const auto manifest = DecodeManifest(bytes);
  if (!manifest) return 0;
  WALLET_CHECK_NOTE(EncodeManifest(*manifest) == bytes, "one manifest has one encoding");
  WALLET_CHECK(manifest->sections.size() <= kMaxSections);
  for (const std::string& name : manifest->sections) WALLET_CHECK(IsSectionName(name));
  for (const ChunkEntry& chunk : manifest->chunks) {
    WALLET_CHECK(chunk.section.value() < manifest->sections.size());
    WALLET_CHECK(chunk.plain_bytes >= 1 && chunk.plain_bytes <= kMaxChunkBytes);
    WALLET_CHECK(chunk.stored_bytes >= 1 && chunk.stored_bytes <= chunk.plain_bytes);
  }
  return 0;
}
