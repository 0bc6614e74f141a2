#include "engine/restore/restore_source.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/backup/backup_contents.h"
#include "engine/index/index.h"
#include "wal/record.h"

namespace wallet {
namespace {

constexpr char kLedgerName[] = "/LEDGER";

absl::Status NoSource(const std::string& from) {
  return absl::NotFoundError(absl::StrCat(
      from,
      " is neither a backup set (it has no MANIFEST) nor a data directory (it has no LEDGER). ",
      "Check --from."));
}

absl::StatusOr<std::unique_ptr<FileLock>> LockAtRest(FileSystem& files, const std::string& path) {
  auto lock = files.Lock(path + "/LOCK");
  if (!absl::IsUnavailable(lock.status())) return lock;
  return absl::UnavailableError(absl::StrCat(
      "the directory ", path,
      " is in use by a walletd. Stop it, or make a backup set of it and restore that."));
}

}  // namespace

absl::StatusOr<std::unique_ptr<RestoreSource>> RestoreSource::Open(FileSystem& files,
                                                                   const std::string& from,
                                                                   const std::string& archive) {
  std::unique_ptr<RestoreSource> source(new RestoreSource(files));
  const auto is_directory = files.Exists(from + kLedgerName);
  if (!is_directory.ok()) return is_directory.status();
  const auto is_set = files.Exists(BackupManifestPath(from));
  if (!is_set.ok()) return is_set.status();
  if (!*is_directory && !*is_set) return NoSource(from);
  absl::Status status = *is_directory ? source->OpenDirectory(from) : source->OpenSet(from);
  if (status.ok() && !archive.empty()) status = source->OpenArchive(archive, source->archive_);
  if (!status.ok()) return status;
  return source;
}

Sha256 RestoreSource::genesis() const { return GenesisHash(identity_.chain_seed); }

absl::Status RestoreSource::OpenSet(const std::string& set) {
  const auto read = ReadBackupContents(files_, set);
  if (!read.ok()) return read.status();
  const BackupContents& contents = read->contents;
  const auto path_of = [&](const char* name) { return BackupFilePath(set, name); };
  absl::Status status = LoadIdentity(path_of(kBackupLedgerName));
  if (!status.ok()) return status;
  if (contents.snapshot) {
    const SnapshotCatalog catalog(files_, path_of(kBackupSnapshotDirectory));
    snapshots_.push_back({*contents.snapshot, catalog.PathOf(*contents.snapshot)});
  }
  if (contents.index) status = LoadIndex(path_of(kBackupIndexDirectory));
  if (!status.ok()) return status;
  if (contents.log_begin < contents.end) {
    status = OpenArchive(path_of(kBackupArchiveDirectory), set_archive_);
    return status.ok() ? CheckSet(set, contents) : status;
  }
  log_.Add({.where = set,
            .begin = contents.end,
            .end = {contents.end, contents.end_hash},
            .read = [](Position, RecordVisitor) { return absl::OkStatus(); }});
  return CheckSet(set, contents);
}

// Each part may be whole and yet not the one that the set speaks of: an older one put in its place,
// or an archive that lacks its last segments, which would restore less than was asked for.
absl::Status RestoreSource::CheckSet(const std::string& set, const BackupContents& contents) const {
  const auto not_of_set = [&](const char* name) {
    return absl::DataLossError(absl::StrCat(
        BackupFilePath(set, name),
        " is not what the backup set speaks of: a part of it is missing, or of another set. "
        "Nothing was changed; wallet-snapshot verify says more. Restore from another set."));
  };
  if (identity_.epoch != contents.epoch ||
      identity_.default_currency != contents.default_currency) {
    return not_of_set(kBackupLedgerName);
  }
  if (contents.index && index_->position() != *contents.index) {
    return not_of_set(kBackupIndexDirectory);
  }
  if (!set_archive_.reader) return absl::OkStatus();
  const bool same =
      set_archive_.reader->begin() == contents.log_begin &&
      set_archive_.reader->end() == contents.end &&
      set_archive_.reader->segments().front().header.previous == contents.log_begin_hash &&
      set_archive_.reader->end_hash() == contents.end_hash;
  return same ? absl::OkStatus() : not_of_set(kBackupArchiveDirectory);
}

absl::Status RestoreSource::OpenDirectory(const std::string& path) {
  auto lock = LockAtRest(files_, path);
  if (!lock.ok()) return lock.status();
  lock_ = *std::move(lock);
  absl::Status status = LoadIdentity(path + kLedgerName);
  if (!status.ok()) return status;
  const std::string snapshots = path + "/snapshots";
  const auto has_snapshots = files_.Exists(snapshots);
  if (!has_snapshots.ok()) return has_snapshots.status();
  if (*has_snapshots) {
    auto listed = SnapshotCatalog(files_, snapshots).List();
    if (!listed.ok()) return listed.status();
    snapshots_ = *std::move(listed);
  }
  const auto has_index = files_.Exists(path + "/index");
  if (!has_index.ok()) return has_index.status();
  if (*has_index) status = LoadIndex(path + "/index");
  const std::string book = path + "/bank-sim.book";
  const auto has_book = files_.Exists(book);
  if (!has_book.ok()) return has_book.status();
  if (*has_book) bank_book_ = book;
  return status.ok() ? OpenLog(path) : status;
}

absl::Status RestoreSource::LoadIdentity(const std::string& path) {
  const auto bytes = files_.ReadFile(path);
  if (!bytes.ok()) return bytes.status();
  auto identity = DecodeIdentity(*bytes);
  if (!identity.ok()) return identity.status();
  identity_ = *std::move(identity);
  return absl::OkStatus();
}

absl::Status RestoreSource::LoadIndex(const std::string& path) {
  auto reader = OpenIndexReader(files_, path);
  if (!reader.ok()) return reader.status();
  index_ = *std::move(reader);
  index_path_ = path;
  return absl::OkStatus();
}

absl::Status RestoreSource::OpenLog(const std::string& path) {
  auto log = RocksLog::OpenAtRest(
      files_,
      {.directory = path + "/log", .mark = path + "/MARK", .chain_seed = identity_.chain_seed});
  if (!log.ok()) return log.status();
  rocks_ = *std::move(log);
  log_.Add(
      {.where = "the log in " + path,
       .begin = rocks_->begin(),
       .end = {rocks_->end(), rocks_->end_hash()},
       .read = [this](Position after, RecordVisitor visit) { return rocks_->Read(after, visit); }});
  return absl::OkStatus();
}

absl::Status RestoreSource::OpenArchive(const std::string& path, Archive& archive) {
  auto opened = ArchiveReader::Open(files_, path);
  if (!opened.ok()) return opened.status();
  archive.reader = *std::move(opened);
  const ArchiveReader& reader = *archive.reader;
  if (reader.segments().empty()) return absl::OkStatus();
  if (reader.genesis() != genesis()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the archive ", path, " is of another ledger. Check --archive; nothing was changed."));
  }
  log_.Add({.where = "the archive " + path,
            .begin = reader.begin(),
            .end = {reader.end(), reader.end_hash()},
            .read = [&archive](Position after, RecordVisitor visit) {
              archive.read = true;
              return archive.reader->Read(after, visit);
            }});
  return absl::OkStatus();
}

}  // namespace wallet
