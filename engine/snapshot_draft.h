// One snapshot of a ledger on its way to the disk.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/snapshot_metadata.h"
#include "snapshot/catalog.h"
#include "snapshot/snapshot_writer.h"
#include "wal/base/file.h"

namespace wallet {

// One thread at a time; every call may block on the disk. An error is final, and one destroyed
// before Publish was OK leaves nothing behind (if the disk lets it remove what it wrote).
class SnapshotDraft {
 public:
  // Removes what earlier attempts left. kResourceExhausted, in every call: the disk has not enough
  // room for a snapshot of `expected_bytes` and for the log to grow: the log comes first.
  static absl::StatusOr<std::unique_ptr<SnapshotDraft>> Create(FileSystem& files,
                                                               const std::string& directory,
                                                               Position position, size_t sections,
                                                               uint64_t expected_bytes);

  absl::Status Append(size_t section, std::string_view slice);

  // Makes it durable under its temporary name, reads it again as a start would (VerifySnapshot),
  // and only then gives it its name. kDataLoss: it does not read as the ledger was. kCancelled once
  // `cancelled` is set.
  absl::Status Publish(const SnapshotMetadata& metadata, const std::atomic<bool>& cancelled);

  uint64_t bytes() const { return writer_->file_bytes(); }

 private:
  SnapshotDraft(FileSystem& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  absl::Status CheckRoom(uint64_t bytes);
  absl::Status Verify(const SnapshotMetadata& metadata, const std::atomic<bool>& cancelled);

  FileSystem& files_;
  const std::string directory_;
  std::unique_ptr<SnapshotWriter> writer_;
  std::vector<SectionNumber> sections_;
  uint64_t checked_bytes_ = 0;  // when the room was last looked at
};

}  // namespace wallet
