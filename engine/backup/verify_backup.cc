#include "engine/backup/verify_backup.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/directory.h"
#include "engine/index/families.h"
#include "engine/verify_snapshot.h"
#include "snapshot/backup_set.h"
#include "snapshot/catalog.h"
#include "snapshot/snapshot_reader.h"
#include "wal/archive/archive_reader.h"
#include "wal/record.h"

namespace wallet {

std::string_view ToString(BackupPhase phase) {
  switch (phase) {
    case BackupPhase::kLog:
      return "log";
    case BackupPhase::kFiles:
      return "files";
    case BackupPhase::kVerify:
      return "verify";
  }
  return "";
}

namespace {

absl::Status DoesNotBelong(const std::string& path, std::string_view what) {
  return absl::DataLossError(
      absl::StrCat(path, ": ", std::string(what), ". Nothing was changed; use another set."));
}

class Verifier {
 public:
  Verifier(FileSystem& files, const std::string& set, BackupProgressFn progress)
      : files_(files), set_(set), progress_(progress) {}

  absl::StatusOr<BackupSetContents> Run() {
    auto read = ReadBackupContents(files_, set_);
    if (!read.ok()) return read.status();
    contents_ = read->contents;
    for (const BackupFile& file : read->manifest.files) total_ += 2 * file.bytes;
    absl::Status status = VerifyBackupSet(files_, set_, [this](const Progress& progress) {
                            return Report(progress.done_bytes);
                          }).status();
    done_ = read->manifest.TotalBytes();
    if (status.ok()) status = CheckIdentity();
    if (status.ok()) status = CheckSnapshot();
    if (status.ok()) status = CheckIndex();
    if (status.ok()) status = CheckLog();
    if (!status.ok()) return status;
    progress_({BackupPhase::kVerify, total_, total_});
    return read;
  }

 private:
  bool Report(uint64_t bytes) {
    return progress_({BackupPhase::kVerify, std::min(done_ + bytes, total_), total_});
  }
  std::string PathOf(std::string_view name) const { return BackupFilePath(set_, name); }

  absl::Status CheckIdentity() {
    const std::string path = PathOf(kBackupLedgerName);
    const auto bytes = files_.ReadFile(path);
    if (!bytes.ok()) return bytes.status();
    const auto identity = DecodeIdentity(*bytes);
    if (!identity.ok()) return identity.status();
    genesis_ = GenesisHash(identity->chain_seed);
    if (identity->epoch == contents_.epoch &&
        identity->default_currency == contents_.default_currency) {
      return absl::OkStatus();
    }
    return DoesNotBelong(path, "it is not of the ledger that the set speaks of");
  }

  absl::Status CheckSnapshot() {
    if (!contents_.snapshot) return absl::OkStatus();
    const std::string path =
        PathOf(absl::StrCat(kBackupSnapshotDirectory, "/", SnapshotName(*contents_.snapshot)));
    const auto reader = SnapshotReader::Open(files_, path);
    if (!reader.ok()) return reader.status();
    const auto metadata = VerifySnapshot(
        **reader, [this](const Progress& progress) { return Report(progress.done_bytes); });
    if (!metadata.ok()) return metadata.status();
    done_ += (*reader)->file_bytes();
    snapshot_hash_ = metadata->chain_hash;
    if (metadata->position == contents_.snapshot &&
        metadata->default_currency == contents_.default_currency) {
      return absl::OkStatus();
    }
    return DoesNotBelong(path, "it is not the snapshot that the set speaks of");
  }

  absl::Status CheckIndex() {
    if (!contents_.index) return absl::OkStatus();
    const std::string directory = PathOf(kBackupIndexDirectory);
    const auto view = RunView::Open(files_, IndexRunOptions(directory));
    if (!view.ok()) return view.status();
    if ((*view)->position() != *contents_.index) {
      return DoesNotBelong(directory, "it is not the index that the set speaks of");
    }
    absl::Status status =
        (*view)->Verify([this](uint64_t done, uint64_t /*total*/) { return Report(done / 2); });
    done_ += (*view)->file_bytes();
    return status;
  }

  absl::Status CheckLog() {
    if (contents_.log_begin == contents_.end) return CheckEmptyLog();
    const std::string directory = PathOf(kBackupArchiveDirectory);
    const auto archive = ArchiveReader::Open(files_, directory);
    if (!archive.ok()) return archive.status();
    const ArchivedSegment& first = (*archive)->segments().front();
    const bool same =
        (*archive)->genesis() == genesis_ && (*archive)->begin() == contents_.log_begin &&
        first.header.previous == contents_.log_begin_hash && (*archive)->end() == contents_.end &&
        (*archive)->end_hash() == contents_.end_hash;
    if (!same) return DoesNotBelong(directory, "it is not the log that the set speaks of");
    absl::Status status =
        (*archive)->Verify([this](uint64_t done, uint64_t /*total*/) { return Report(done); });
    if (!status.ok()) return status;
    return CheckSeam(**archive);
  }

  absl::Status CheckEmptyLog() const {
    const bool same = contents_.log_begin_hash == contents_.end_hash;
    const bool seam = !snapshot_hash_ || *snapshot_hash_ == contents_.end_hash;
    if (same && seam) return absl::OkStatus();
    return DoesNotBelong(set_, "its snapshot and its log are not of one history");
  }

  // The log has, where the snapshot was cut, the record it was cut behind.
  absl::Status CheckSeam(const ArchiveReader& archive) const {
    if (!snapshot_hash_) return absl::OkStatus();
    if (*contents_.snapshot == contents_.log_begin) return Seam(contents_.log_begin_hash);
    std::optional<Sha256> hash;
    const absl::Status status =
        archive.Read(Position(contents_.snapshot->value() - 1), [&](const RecordView& record) {
          if (record.last() == *contents_.snapshot) hash = record.hash;
          return absl::CancelledError("one record is enough");
        });
    if (!status.ok() && !absl::IsCancelled(status)) return status;
    return Seam(hash);
  }
  absl::Status Seam(const std::optional<Sha256>& hash) const {
    if (hash == snapshot_hash_) return absl::OkStatus();
    return DoesNotBelong(set_, "its snapshot and its log are not of one history");
  }

  FileSystem& files_;
  const std::string& set_;
  BackupProgressFn progress_;
  BackupContents contents_;
  Sha256 genesis_{};
  std::optional<Sha256> snapshot_hash_;
  uint64_t done_ = 0;
  uint64_t total_ = 0;
};

}  // namespace

absl::StatusOr<BackupSetContents> VerifyBackup(FileSystem& files, const std::string& set,
                                               BackupProgressFn progress) {
  return Verifier(files, set, progress).Run();
}

}  // namespace wallet
