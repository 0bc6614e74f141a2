// Reads a snapshot. Nothing that was not checked is ever handed out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "snapshot/chunk.h"
#include "snapshot/container.h"
#include "snapshot/progress.h"
#include "snapshot/sha256_stream.h"
#include "wal/base/file.h"
#include "wal/base/hash.h"

namespace wallet {

struct SectionInfo {
  std::string name;
  uint64_t plain_bytes = 0;   // as they were appended
  uint64_t stored_bytes = 0;  // compressed
  uint64_t chunks = 0;
};

// Any thread, several at once (sections may be read in parallel). kDataLoss, from every call that
// reads: the file is damaged; the message names the file, the byte and what to do. Memory: 64 bytes
// a chunk, and for each call under way two chunks.
class SnapshotReader {
 public:
  // Checks the file's beginning, its footer, the manifest, and that the chunks listed fill the file
  // exactly; not what is in the chunks. kNotFound: there is no file. kUnimplemented: a newer
  // program wrote it; both versions are named. `files` is used only in this call.
  static absl::StatusOr<std::unique_ptr<SnapshotReader>> Open(FileSystem& files, std::string path);

  // Reads the whole file and checks every checksum, that every chunk decompresses, and the SHA-256
  // over all. Any change of any byte is found. `visit` is handed the sections' bytes on the way: of
  // each in order, slices of several in turn, valid during the call, each checked before; its error
  // ends the reading and is returned. kCancelled: `progress` said so.
  using VisitChunk = absl::FunctionRef<absl::Status(SectionNumber section, std::string_view slice)>;
  absl::Status Verify(ProgressFn progress = IgnoreProgress, VisitChunk visit = IgnoreChunk) const;

  // Hands the section's bytes to `visit`, in order, in slices of at most kMaxChunkBytes that are
  // valid during the call, each checked before. kNotFound: there is no such section. An error of
  // `visit` ends the reading and is returned.
  using Visit = absl::FunctionRef<absl::Status(std::string_view slice)>;
  absl::Status ReadSection(std::string_view name, Visit visit) const;

  // In the order in which they were added.
  const std::vector<SectionInfo>& sections() const { return sections_; }
  const std::string& metadata() const { return metadata_; }
  uint64_t file_bytes() const { return file_bytes_; }
  // Over the whole file, as its footer says; true once Verify was OK.
  const Sha256& file_hash() const { return file_hash_; }
  const std::string& path() const { return path_; }

 private:
  struct Chunk {
    ChunkEntry entry;
    uint32_t index = 0;   // within its section
    uint64_t offset = 0;  // of its header
  };
  class ChunkSource;

  static absl::Status IgnoreChunk(SectionNumber /*section*/, std::string_view /*slice*/) {
    return absl::OkStatus();
  }

  explicit SnapshotReader(std::string path) : path_(std::move(path)) {}

  absl::Status Load();
  absl::Status LoadFooter(uint64_t offset);
  absl::Status LoadManifest(const Footer& footer);
  absl::Status PlaceChunks(const std::vector<ChunkEntry>& entries, uint64_t end);
  absl::Status VerifyEnd(Sha256Stream& hash) const;
  // Exactly `size` bytes.
  absl::Status Read(uint64_t offset, uint64_t size, std::string& bytes) const;
  absl::Status Damage(uint64_t offset, std::string_view what) const;

  const std::string path_;
  std::unique_ptr<RandomAccessFile> file_;
  uint64_t file_bytes_ = 0;
  uint64_t manifest_offset_ = 0;
  Sha256 file_hash_{};
  std::vector<SectionInfo> sections_;
  std::string metadata_;
  std::vector<Chunk> chunks_;                      // in the order of the file
  std::vector<std::vector<uint32_t>> by_section_;  // places in chunks_
};

}  // namespace wallet
