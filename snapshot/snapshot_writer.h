// Writes a snapshot: named sections of bytes in one file, which exists whole or not at all.
//
//   auto writer = SnapshotWriter::Create(files, path, {});
//   const SectionNumber accounts = (*writer)->AddSection("accounts/0");
//   (*writer)->Append(accounts, slice);   // … of any size, sections in any order
//   (*writer)->Commit(metadata);
//
// Until Commit (or Publish) nothing is under the final name: the bytes go to TemporaryOf(path),
// which a writer destroyed earlier removes and a crash leaves behind (SnapshotCatalog,
// RemoveUnfinished). The file depends only on the calls made, not on when: the same calls write the
// same bytes (with the same version of zstd).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "snapshot/chunk.h"
#include "snapshot/container.h"
#include "snapshot/limits.h"
#include "snapshot/sha256_stream.h"
#include "wal/base/file.h"
#include "wal/codec.h"

namespace wallet {

struct SnapshotOptions {
  // 0: none; 1 … kMaxCompressionLevel: zstd's. Packed accounts shrink by a fifth, for twice the
  // processor time of writing and checking them, beside a ledger that has better use for it.
  int compression_level = 0;
  uint32_t chunk_bytes = kDefaultChunkBytes;  // 1 … kMaxChunkBytes
  uint64_t sync_every_bytes = kSyncEveryBytes;
};

// One thread at a time. Every call may block on the disk. The first error is final: every later
// call answers it again, and nothing gets the final name. It is the file system's
// (kResourceExhausted for a full disk), or kOutOfRange for more chunks than a manifest can list.
// Holds at most chunk_bytes of memory for each section begun.
class SnapshotWriter {
 public:
  // kAlreadyExists when `path` is there, or its temporary: then another writer is at work, or a
  // crash left it. `files` must outlive the writer.
  static absl::StatusOr<std::unique_ptr<SnapshotWriter>> Create(FileSystem& files, std::string path,
                                                                const SnapshotOptions& options);
  ~SnapshotWriter();
  SnapshotWriter(const SnapshotWriter&) = delete;
  SnapshotWriter& operator=(const SnapshotWriter&) = delete;

  // `name` (IsSectionName) must be new; at most kMaxSections. A section may stay empty.
  SectionNumber AddSection(std::string_view name);
  // Adds to the section's end.
  absl::Status Append(SectionNumber section, std::string_view slice);

  // Ends all sections and makes the temporary file whole and durable, so that it can be opened and
  // verified at temporary_path(). `metadata`: at most kMaxMetadataBytes. Once; no section grows
  // after.
  absl::Status Seal(std::string_view metadata);
  // Gives the sealed file its final name, durably. kAlreadyExists if somebody took it meanwhile.
  absl::Status Publish();
  // Seal, then Publish.
  absl::Status Commit(std::string_view metadata);

  const std::string& temporary_path() const { return temporary_; }
  // Stored so far; of a sealed snapshot, the size of its file.
  uint64_t file_bytes() const { return file_bytes_; }

 private:
  enum class State { kOpen, kSealed, kPublished };
  struct Section {
    std::string buffer;  // less than a chunk
    uint32_t chunks = 0;
  };

  SnapshotWriter(FileSystem& files, std::string path, const SnapshotOptions& options);
  absl::Status Start();
  void FlushChunk(SectionNumber section);
  void Write(std::string_view bytes);  // unless something failed
  void Sync();
  void WriteEnd();

  FileSystem& files_;
  const std::string path_;
  const std::string temporary_;
  const SnapshotOptions options_;
  std::unique_ptr<AppendFile> file_;
  Compressor compressor_;
  Sha256Stream hash_;
  std::vector<Section> sections_;
  Manifest manifest_;
  std::string scratch_;  // the chunk under way
  absl::Status status_;
  State state_ = State::kOpen;
  bool created_ = false;  // the temporary is ours
  uint64_t file_bytes_ = 0;
  uint64_t unsynced_bytes_ = 0;
};

}  // namespace wallet
