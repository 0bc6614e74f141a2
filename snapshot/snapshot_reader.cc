#include "snapshot/snapshot_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "snapshot/format.h"
#include "snapshot/limits.h"
#include "wal/base/absl_view.h"
#include "wal/codec.h"

namespace wallet {

// Reads chunks one by one, with buffers of its own.
class SnapshotReader::ChunkSource {
 public:
  explicit ChunkSource(const SnapshotReader& reader) : reader_(reader) {}

  // Reads, checks and decompresses the chunk.
  absl::Status Load(const Chunk& chunk) {
    const uint64_t size = kChunkHeaderBytes + chunk.entry.stored_bytes;
    if (absl::Status status = reader_.Read(chunk.offset, size, bytes_); !status.ok()) return status;
    const auto view = OpenChunk(bytes_, chunk.entry, chunk.index);
    if (!view.ok()) return reader_.Damage(chunk.offset, ToStd(view.status().message()));
    const auto plain = decompressor_.Decompress(view->codec, view->stored, chunk.entry.plain_bytes);
    if (!plain) return reader_.Damage(chunk.offset, "the chunk does not decompress");
    plain_ = *plain;
    return absl::OkStatus();
  }
  // Of the chunk loaded last.
  std::string_view bytes() const { return bytes_; }
  std::string_view plain() const { return plain_; }

 private:
  const SnapshotReader& reader_;
  Decompressor decompressor_;
  std::string bytes_;
  std::string_view plain_;
};

absl::StatusOr<std::unique_ptr<SnapshotReader>> SnapshotReader::Open(FileSystem& files,
                                                                     std::string path) {
  std::unique_ptr<SnapshotReader> reader(new SnapshotReader(std::move(path)));
  auto file = files.OpenRead(reader->path_);
  if (!file.ok()) return file.status();
  reader->file_ = *std::move(file);
  if (absl::Status status = reader->Load(); !status.ok()) return status;
  return reader;
}

absl::Status SnapshotReader::Load() {
  const auto size = file_->Size();
  if (!size.ok()) return size.status();
  file_bytes_ = *size;
  std::string preamble;
  absl::Status status = Read(0, std::min<uint64_t>(file_bytes_, kPreambleBytes), preamble);
  if (status.ok()) status = CheckPreamble(kSnapshotFormat, preamble, path_);
  if (!status.ok()) return status;
  if (file_bytes_ < kPreambleBytes + kFooterBytes) return Damage(file_bytes_, "it is cut short");
  return LoadFooter(file_bytes_ - kFooterBytes);
}

absl::Status SnapshotReader::LoadFooter(uint64_t offset) {
  std::string bytes;
  if (absl::Status status = Read(offset, kFooterBytes, bytes); !status.ok()) return status;
  const auto footer = DecodeFooter(bytes, &file_hash_);
  if (!footer) return Damage(offset, "its end is missing, changed or followed by something");
  if (footer->manifest_bytes > kMaxManifestBytes || footer->manifest_bytes > offset ||
      footer->manifest_offset != offset - footer->manifest_bytes) {
    return Damage(offset, "its end does not fit its length");
  }
  return LoadManifest(*footer);
}

absl::Status SnapshotReader::LoadManifest(const Footer& footer) {
  manifest_offset_ = footer.manifest_offset;
  std::string bytes;
  absl::Status status = Read(manifest_offset_, footer.manifest_bytes, bytes);
  if (!status.ok()) return status;
  if (Xxh3(bytes) != footer.manifest_checksum) {
    return Damage(manifest_offset_, "its manifest does not match its checksum");
  }
  auto manifest = DecodeManifest(bytes);
  if (!manifest) return Damage(manifest_offset_, "its manifest is one that no version writes");
  metadata_ = std::move(manifest->metadata);
  for (std::string& name : manifest->sections) sections_.push_back({.name = std::move(name)});
  return PlaceChunks(manifest->chunks, manifest_offset_);
}

absl::Status SnapshotReader::PlaceChunks(const std::vector<ChunkEntry>& entries, uint64_t end) {
  uint64_t offset = kPreambleBytes;
  by_section_.resize(sections_.size());
  chunks_.reserve(entries.size());
  for (const ChunkEntry& entry : entries) {
    SectionInfo& section = sections_[entry.section.value()];
    by_section_[entry.section.value()].push_back(static_cast<uint32_t>(chunks_.size()));
    chunks_.push_back({entry, static_cast<uint32_t>(section.chunks++), offset});
    section.plain_bytes += entry.plain_bytes;
    section.stored_bytes += entry.stored_bytes;
    offset += kChunkHeaderBytes + entry.stored_bytes;
  }
  if (offset == end) return absl::OkStatus();
  return Damage(end, "the chunks that its manifest lists do not fill the file");
}

absl::Status SnapshotReader::Verify(ProgressFn progress, VisitChunk visit) const {
  Meter meter(progress, file_bytes_);
  Sha256Stream hash;
  std::string preamble;
  if (absl::Status status = Read(0, kPreambleBytes, preamble); !status.ok()) return status;
  hash.Update(preamble);
  ChunkSource source(*this);
  for (const Chunk& chunk : chunks_) {
    if (absl::Status status = source.Load(chunk); !status.ok()) return status;
    hash.Update(source.bytes());
    absl::Status status = visit(chunk.entry.section, source.plain());
    if (status.ok()) status = meter.Advance(source.bytes().size());
    if (!status.ok()) return status;
  }
  if (absl::Status status = VerifyEnd(hash); !status.ok()) return status;
  return meter.Advance(preamble.size() + (file_bytes_ - manifest_offset_));
}

absl::Status SnapshotReader::VerifyEnd(Sha256Stream& hash) const {
  std::string bytes;
  absl::Status status = Read(manifest_offset_, file_bytes_ - manifest_offset_, bytes);
  if (!status.ok()) return status;
  const size_t footer = bytes.size() - kFooterBytes;
  hash.Update(std::string_view(bytes).substr(0, footer + kFooterHashedBytes));
  Sha256 stored{};
  if (DecodeFooter(std::string_view(bytes).substr(footer), &stored) && stored == file_hash_ &&
      hash.Finish() == stored) {
    return absl::OkStatus();
  }
  return Damage(manifest_offset_ + footer, "the file does not match its SHA-256");
}

absl::Status SnapshotReader::ReadSection(std::string_view name, Visit visit) const {
  const auto found = std::find_if(sections_.begin(), sections_.end(),
                                  [&](const SectionInfo& section) { return section.name == name; });
  if (found == sections_.end()) {
    return absl::NotFoundError(absl::StrCat(path_, ": has no section ", ToAbsl(name)));
  }
  ChunkSource source(*this);
  for (const uint32_t place : by_section_[static_cast<size_t>(found - sections_.begin())]) {
    if (absl::Status status = source.Load(chunks_[place]); !status.ok()) return status;
    if (absl::Status status = visit(source.plain()); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status SnapshotReader::Read(uint64_t offset, uint64_t size, std::string& bytes) const {
  bytes.resize(size);
  const auto read = file_->ReadAt(offset, {bytes.data(), bytes.size()});
  if (!read.ok()) return read.status();
  return *read == size ? absl::OkStatus() : Damage(offset + *read, "it is cut short");
}

absl::Status SnapshotReader::Damage(uint64_t offset, std::string_view what) const {
  return Damaged(kSnapshotFormat, path_, offset, what);
}

}  // namespace wallet
