// What a restore reads from: a backup set or a data directory at rest, and an archive beside it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/backup/backup_contents.h"
#include "engine/directory.h"
#include "engine/index/index_reader.h"
#include "engine/restore/log_pieces.h"
#include "snapshot/catalog.h"
#include "wal/archive/archive_reader.h"
#include "wal/base/file.h"
#include "wal/rocks_log.h"

namespace wallet {

// One thread. Holds the lock of a data directory as long as it lives, and changes nothing in it.
class RestoreSource {
 public:
  // `from`: a backup set (engine/backup/FORMAT.md) or a data directory; `archive`: a directory of
  // the log's archive, or empty. kNotFound: neither is at `from`; kUnavailable: the directory is in
  // use; kFailedPrecondition: the archive is of another ledger. Otherwise what reading it says:
  // kDataLoss, kUnimplemented.
  static absl::StatusOr<std::unique_ptr<RestoreSource>> Open(FileSystem& files,
                                                             const std::string& from,
                                                             const std::string& archive);

  const LedgerIdentity& identity() const { return identity_; }
  Sha256 genesis() const;
  // Oldest first.
  const std::vector<SnapshotFile>& snapshots() const { return snapshots_; }
  // None: the history is in the log alone.
  const std::optional<IndexReader>& index() const { return index_; }
  const std::string& index_path() const { return index_path_; }
  const LogPieces& log() const { return log_; }
  // Whether some of the log was read from the archive beside the source so far.
  bool archive_read() const { return archive_.read; }
  // The simulated bank's, as it is now; empty: there is none.
  const std::string& bank_book() const { return bank_book_; }

 private:
  struct Archive {
    std::unique_ptr<ArchiveReader> reader;  // null: there is none
    bool read = false;
  };

  explicit RestoreSource(FileSystem& files) : files_(files) {}

  absl::Status OpenSet(const std::string& set);
  absl::Status CheckSet(const std::string& set, const BackupContents& contents) const;
  absl::Status OpenDirectory(const std::string& path);
  absl::Status LoadIdentity(const std::string& path);
  absl::Status LoadIndex(const std::string& path);
  absl::Status OpenLog(const std::string& path);
  absl::Status OpenArchive(const std::string& path, Archive& archive);

  FileSystem& files_;
  std::unique_ptr<FileLock> lock_;
  LedgerIdentity identity_;
  std::vector<SnapshotFile> snapshots_;
  std::string index_path_;
  std::optional<IndexReader> index_;
  std::string bank_book_;

  Archive set_archive_;
  Archive archive_;
  std::unique_ptr<RocksLog> rocks_;
  LogPieces log_;
};

}  // namespace wallet
