#include "snapshot/container.h"

#include <algorithm>
#include <cstring>

#include "absl/container/flat_hash_set.h"
#include "snapshot/limits.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

constexpr uint64_t kFooterMagic = 0x444e45504e534c57;  // "WLSNPEND"
static_assert(kFooterHashedBytes + sizeof(Sha256) + sizeof(uint64_t) == kFooterBytes);
// Three varints of at least a byte each, and a checksum.
constexpr size_t kMinEntryBytes = 3 + sizeof(uint64_t);

std::optional<ChunkEntry> DecodeEntry(Reader& reader, size_t sections) {
  const uint64_t section = reader.Varint();
  const uint64_t plain = reader.Varint();
  const uint64_t stored = reader.Varint();
  const uint64_t checksum = reader.Fixed<uint64_t>();
  if (!reader.ok() || section >= sections) return std::nullopt;
  if (plain == 0 || plain > kMaxChunkBytes || stored == 0 || stored > plain) return std::nullopt;
  return ChunkEntry{SectionNumber(static_cast<uint32_t>(section)), static_cast<uint32_t>(plain),
                    static_cast<uint32_t>(stored), checksum};
}

bool DecodeSections(Reader& reader, std::vector<std::string>& sections) {
  const uint64_t count = reader.Varint();
  if (count > kMaxSections || count > reader.remaining()) return false;
  absl::flat_hash_set<std::string> seen;
  for (uint64_t i = 0; i < count; ++i) {
    const std::string_view name = reader.Bytes();
    if (!IsSectionName(name) || !seen.emplace(name).second) return false;
    sections.emplace_back(name);
  }
  return true;
}

bool DecodeEntries(Reader& reader, size_t sections, std::vector<ChunkEntry>& entries) {
  const uint64_t count = reader.Varint();
  if (count > reader.remaining() / kMinEntryBytes) return false;
  entries.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    const auto entry = DecodeEntry(reader, sections);
    if (!entry) return false;
    entries.push_back(*entry);
  }
  return true;
}

}  // namespace

bool IsSectionName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxSectionNameBytes &&
         std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::string EncodeManifest(const Manifest& manifest) {
  std::string bytes;
  PutVarint(bytes, manifest.sections.size());
  for (const std::string& name : manifest.sections) PutBytes(bytes, name);
  PutVarint(bytes, manifest.chunks.size());
  for (const ChunkEntry& chunk : manifest.chunks) {
    PutVarint(bytes, chunk.section.value());
    PutVarint(bytes, chunk.plain_bytes);
    PutVarint(bytes, chunk.stored_bytes);
    PutFixed<uint64_t>(bytes, chunk.checksum);
  }
  PutBytes(bytes, manifest.metadata);
  return bytes;
}

std::optional<Manifest> DecodeManifest(std::string_view bytes) {
  Reader reader(bytes);
  Manifest manifest;
  if (!DecodeSections(reader, manifest.sections)) return std::nullopt;
  if (!DecodeEntries(reader, manifest.sections.size(), manifest.chunks)) return std::nullopt;
  const std::string_view metadata = reader.Bytes();
  if (!reader.AtEnd() || metadata.size() > kMaxMetadataBytes) return std::nullopt;
  manifest.metadata = metadata;
  return manifest;
}

std::string EncodeFooterStart(const Footer& footer) {
  std::string bytes;
  PutFixed<uint64_t>(bytes, kFooterMagic);
  PutFixed<uint64_t>(bytes, footer.manifest_offset);
  PutFixed<uint64_t>(bytes, footer.manifest_bytes);
  PutFixed<uint64_t>(bytes, footer.manifest_checksum);
  return bytes;
}

std::string EncodeFooter(const Footer& footer, const Sha256& file_hash) {
  std::string bytes = EncodeFooterStart(footer);
  bytes.append(AsBytes(file_hash));
  PutFixed<uint64_t>(bytes, Xxh3(bytes));
  return bytes;
}

std::optional<Footer> DecodeFooter(std::string_view bytes, Sha256* file_hash) {
  Reader reader(bytes);
  const uint64_t magic = reader.Fixed<uint64_t>();
  Footer footer;
  footer.manifest_offset = reader.Fixed<uint64_t>();
  footer.manifest_bytes = reader.Fixed<uint64_t>();
  footer.manifest_checksum = reader.Fixed<uint64_t>();
  const std::string_view hash = reader.Raw(file_hash->size());
  const uint64_t checksum = reader.Fixed<uint64_t>();
  if (!reader.AtEnd() || magic != kFooterMagic) return std::nullopt;
  if (checksum != Xxh3(bytes.substr(0, kFooterBytes - sizeof(checksum)))) return std::nullopt;
  std::memcpy(file_hash->data(), hash.data(), hash.size());
  return footer;
}

}  // namespace wallet
