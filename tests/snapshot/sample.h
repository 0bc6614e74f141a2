// A small snapshot for tests: three sections that take turns, one of them empty, and metadata.
#pragma once

#include <string>
#include <vector>

#include "snapshot/snapshot_reader.h"
#include "snapshot/snapshot_writer.h"

namespace wallet {

// Chunks of 64 bytes: a few hundred bytes of file hold several of each section.
inline SnapshotOptions SmallChunks(int compression_level = 0) {
  return {.compression_level = compression_level, .chunk_bytes = 64, .sync_every_bytes = 100};
}

// Bytes that a compressor makes smaller, and that differ from place to place.
inline std::string SampleBytes(char first, size_t size) {
  std::string bytes;
  for (size_t i = 0; i < size; ++i) bytes += static_cast<char>(first + i / 16 % 10);
  return bytes;
}

inline constexpr char kPath[] = "/snapshot";
inline const std::string kSampleMetadata = "position 42";
inline std::string SampleAccounts() { return SampleBytes('a', 150); }
inline std::string SampleKeys() { return SampleBytes('0', 64); }

// All steps but the last.
inline absl::Status FillSample(SnapshotWriter& writer) {
  const SectionNumber accounts = writer.AddSection("accounts/0");
  writer.AddSection("open");
  const SectionNumber keys = writer.AddSection("keys");
  const std::string a = SampleAccounts();
  const std::string k = SampleKeys();
  for (size_t i = 0; i < a.size(); i += 50) {
    if (absl::Status s = writer.Append(accounts, a.substr(i, 50)); !s.ok()) return s;
    if (absl::Status s = writer.Append(keys, k.substr(std::min(i, k.size()), 50)); !s.ok())
      return s;
  }
  return absl::OkStatus();
}

inline absl::Status WriteSample(FileSystem& files, const std::string& path,
                                const SnapshotOptions& options = SmallChunks()) {
  auto writer = SnapshotWriter::Create(files, path, options);
  if (!writer.ok()) return writer.status();
  if (absl::Status status = FillSample(**writer); !status.ok()) return status;
  return (*writer)->Commit(kSampleMetadata);
}

inline absl::StatusOr<std::string> ReadAll(const SnapshotReader& reader, std::string_view section) {
  std::string all;
  const absl::Status status = reader.ReadSection(section, [&](std::string_view slice) {
    all += slice;
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return all;
}

// OK when the file opens, verifies, and holds the sample.
inline absl::Status CheckSample(FileSystem& files, const std::string& path) {
  const auto reader = SnapshotReader::Open(files, path);
  if (!reader.ok()) return reader.status();
  if (absl::Status status = (*reader)->Verify(); !status.ok()) return status;
  const bool same = (*reader)->metadata() == kSampleMetadata &&
                    ReadAll(**reader, "accounts/0").value_or("?") == SampleAccounts() &&
                    ReadAll(**reader, "open").value_or("?").empty() &&
                    ReadAll(**reader, "keys").value_or("?") == SampleKeys();
  return same ? absl::OkStatus() : absl::InternalError("another content");
}

}  // namespace wallet
