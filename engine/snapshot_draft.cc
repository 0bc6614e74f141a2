#include "engine/snapshot_draft.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/verify_snapshot.h"
#include "snapshot/snapshot_reader.h"
#include "wal/base/mutant.h"
#include "wal/limits.h"

namespace wallet {

absl::StatusOr<std::unique_ptr<SnapshotDraft>> SnapshotDraft::Create(FileSystem& files,
                                                                     const std::string& directory,
                                                                     Position position,
                                                                     size_t sections,
                                                                     uint64_t expected_bytes) {
  SnapshotCatalog catalog(files, directory);
  const auto removed = catalog.RemoveTemporaries();
  if (!removed.ok()) return removed.status();
  std::unique_ptr<SnapshotDraft> file(new SnapshotDraft(files, directory));
  if (absl::Status status = file->CheckRoom(expected_bytes); !status.ok()) return status;
  auto writer = SnapshotWriter::Create(files, catalog.PathOf(position), {});
  if (!writer.ok()) return writer.status();
  file->writer_ = *std::move(writer);
  for (size_t i = 0; i < sections; ++i) {
    file->sections_.push_back(file->writer_->AddSection(SectionNameOf(i)));
  }
  return file;
}

absl::Status SnapshotDraft::Append(size_t section, std::string_view slice) {
  if (bytes() - checked_bytes_ >= kSyncEveryBytes) {
    checked_bytes_ = bytes();
    if (absl::Status status = CheckRoom(kSyncEveryBytes); !status.ok()) return status;
  }
  return writer_->Append(sections_[section], slice);
}

absl::Status SnapshotDraft::Publish(const SnapshotMetadata& metadata,
                                    const std::atomic<bool>& cancelled) {
  absl::Status status = writer_->Seal(EncodeSnapshotMetadata(metadata));
  if (status.ok() && !WALLET_MUTANT("snapshot_not_verified")) status = Verify(metadata, cancelled);
  if (status.ok()) status = writer_->Publish();
  return status;
}

absl::Status SnapshotDraft::Verify(const SnapshotMetadata& metadata,
                                   const std::atomic<bool>& cancelled) {
  const std::string& path = writer_->temporary_path();
  const auto reader = SnapshotReader::Open(files_, path);
  if (!reader.ok()) return reader.status();
  const auto read = VerifySnapshot(**reader, [&](const Progress&) { return !cancelled.load(); });
  if (!read.ok()) return read.status();
  if (*read == metadata) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(path, " does not read as it was written"));
}

// Clients are refused when the disk runs full: a snapshot must never bring that about.
absl::Status SnapshotDraft::CheckRoom(uint64_t bytes) {
  const auto free = files_.FreeBytes(directory_);
  if (!free.ok()) return free.status();
  if (*free >= kStorageRoomBytes + bytes || WALLET_MUTANT("snapshot_fills_disk"))
    return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("the disk of ", directory_, " has only ", *free >> 20, " MiB free; ",
                   (kStorageRoomBytes + bytes) >> 20, " MiB are needed"));
}

}  // namespace wallet
