#include "engine/verify/verify_directory.h"

#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/directory.h"
#include "engine/verify/index_rows.h"
#include "engine/verify/log_check.h"
#include "engine/verify/replay_check.h"
#include "engine/verify/snapshot_check.h"
#include "snapshot/catalog.h"
#include "wal/base/random.h"

namespace wallet {
namespace {

absl::Status Exists(FileSystem& files, const std::string& path) {
  const auto exists = files.Exists(path);
  if (!exists.ok()) return exists.status();
  return *exists ? absl::OkStatus() : absl::NotFoundError(path + " does not exist");
}

class Verification {
 public:
  Verification(FileSystem& files, const Clock& clock, const VerifyOptions& options,
               VerifyProgress progress)
      : files_(files), clock_(clock), options_(options), list_(clock, std::move(progress)) {}

  absl::StatusOr<VerifyReport> Run() {
    if (absl::Status status = OpenDirectory(); !status.ok()) return status;
    if (directory_) CheckAll();
    return list_.Finish();
  }

 private:
  // Null when LEDGER is not what it should be.
  absl::Status OpenDirectory() {
    if (absl::Status status = Exists(files_, options_.directory); !status.ok()) return status;
    Check& check = list_.Add("ledger", "the checksum and the fields of LEDGER", "files");
    const CheckList::Timed timed(list_, check);
    auto directory = Directory::Open({.path = options_.directory}, files_, clock_, SystemRandom(),
                                     [](const Directory&) { return absl::OkStatus(); });
    const absl::Status& status = directory.status();
    if (absl::IsUnavailable(status) || absl::IsNotFound(status)) return status;
    check.Count();
    if (check.Holds(status)) directory_ = *std::move(directory);
    return absl::OkStatus();
  }

  void CheckAll() {
    const std::vector<SnapshotFile> files = ListSnapshots();
    std::set<Position> positions;
    for (const SnapshotFile& file : files) positions.insert(file.position);
    const LogFacts log = CheckLog(files_, *directory_, positions, list_);
    std::unique_ptr<ArchiveReader> archive;
    if (!options_.archive.empty()) {
      archive = CheckArchive(files_, options_.archive, *directory_, log, list_);
    }
    const std::vector<SnapshotFacts> snapshots =
        CheckSnapshots(files_, *directory_, files, log, list_);
    const std::optional<IndexReader> index = CheckIndex(log);
    CheckTogether(log, archive.get(), snapshots, index ? &*index : nullptr);
  }

  std::vector<SnapshotFile> ListSnapshots() {
    const auto exists = files_.Exists(directory_->snapshots_path());
    if (exists.ok() && !*exists) return {};
    const auto listed = SnapshotCatalog(files_, directory_->snapshots_path()).List();
    if (listed.ok()) return *listed;
    list_.Add("snapshots", "the directory of snapshots", "files").Differ(listed.status());
    return {};
  }

  std::optional<IndexReader> CheckIndex(const LogFacts& log) {
    const auto exists = files_.Exists(directory_->index_path());
    if (!exists.ok() || *exists) return CheckIndexFiles(files_, directory_->index_path(), list_);
    // A ledger that has never been served by a program that makes one has none.
    if (!log.log || log.log->begin() == Position(0)) return std::nullopt;
    list_.Add("index", "that it is there", "runs")
        .Differ(absl::StrCat(directory_->index_path(),
                             " is missing, and the log begins only behind ",
                             log.log->begin().value(), ": what happened before is lost"));
    return std::nullopt;
  }

  void CheckTogether(const LogFacts& log, const ArchiveReader* archive,
                     const std::vector<SnapshotFacts>& snapshots, const IndexReader* index) {
    if (log.log) {
      return CheckReplay({.files = files_,
                          .log = *log.log,
                          .archive = archive,
                          .snapshots = snapshots,
                          .index = index},
                         list_);
    }
    list_.Add("replay", "not without the log", "events").Skip("it can't be read");
    if (index) CheckIndexRows(*index, nullptr, list_);
  }

  FileSystem& files_;
  const Clock& clock_;
  const VerifyOptions& options_;
  CheckList list_;
  std::unique_ptr<Directory> directory_;
};

}  // namespace

absl::StatusOr<VerifyReport> VerifyDirectory(FileSystem& files, const Clock& clock,
                                             const VerifyOptions& options,
                                             VerifyProgress progress) {
  return Verification(files, clock, options, std::move(progress)).Run();
}

}  // namespace wallet
