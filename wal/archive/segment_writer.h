// Writes one segment: records in, a durable file under its final name out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/archive/limits.h"
#include "wal/archive/segment.h"
#include "wal/archive/segment_format.h"
#include "wal/base/file.h"
#include "wal/base/file_hash.h"
#include "wal/codec.h"
#include "wal/log.h"

namespace wallet {

struct SegmentWriterOptions {
  // No segment becomes larger, but for one that holds a single record.
  uint64_t segment_bytes = kArchiveSegmentBytes;
  int compression_level = 1;  // 0: none; 1 … kMaxCompressionLevel: zstd's
};

// One thread at a time. After an error there is nothing to do but destroy it. Memory: some 4 MiB.
class SegmentWriter {
 public:
  // `files` outlives the writer. kAlreadyExists: an unfinished segment is in the way.
  static absl::StatusOr<std::unique_ptr<SegmentWriter>> Create(FileSystem& files,
                                                               std::string directory,
                                                               const SegmentHeader& header,
                                                               const SegmentWriterOptions& options);
  // Removes the unfinished file, if the disk lets it.
  ~SegmentWriter();
  SegmentWriter(const SegmentWriter&) = delete;
  SegmentWriter& operator=(const SegmentWriter&) = delete;

  // Whether the record still belongs to this segment; the first always does.
  bool Fits(const RecordView& record) const;
  // `record` continues the one before it, or the header (checked).
  absl::Status Add(const RecordView& record);
  // At least one record was added (checked). OK: the segment is durable under its name. After an
  // error it is not there, or it is there and whole.
  absl::StatusOr<ArchivedSegment> Publish();

 private:
  SegmentWriter(FileSystem& files, std::string directory, const SegmentHeader& header,
                const SegmentWriterOptions& options, std::unique_ptr<AppendFile> file);

  absl::Status CloseBlock();
  absl::Status Write(std::string_view bytes);
  absl::Status Finish();

  FileSystem& files_;
  const std::string directory_;
  const SegmentHeader header_;
  const SegmentWriterOptions options_;
  const std::string temporary_;
  std::unique_ptr<AppendFile> file_;
  Compressor compressor_;
  SegmentFooter footer_;
  FileHash hash_;
  std::string plain_;  // of the block that is being filled
  std::string block_;
  uint64_t written_ = 0;
  uint64_t synced_ = 0;
};

}  // namespace wallet
