#include "engine/backup/create_backup.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/backup/log_part.h"
#include "engine/backup/verify_backup.h"
#include "engine/snapshot_metadata.h"
#include "snapshot/catalog.h"
#include "snapshot/snapshot_reader.h"
#include "snapshot/temporaries.h"
#include "wal/base/publish.h"
#include "wal/limits.h"
#include "wal/record.h"

namespace wallet {
namespace {

constexpr char kStagingSuffix[] = ".parts";

class Backup {
 public:
  Backup(const BackupLedger& ledger, const std::string& set, const std::string& earlier,
         BackupProgressFn progress)
      : ledger_(ledger),
        set_(TrimSlashes(set)),
        earlier_(TrimSlashes(earlier)),
        staging_(TemporaryOf(set_ + kStagingSuffix)),
        progress_(progress) {}

  absl::StatusOr<BackupMade> Run() {
    absl::Status status = CheckPlace();
    if (!status.ok()) return status;
    contents_.epoch = ledger_.identity.epoch;
    contents_.default_currency = ledger_.identity.default_currency;
    contents_.created_at = ledger_.clock.Now();
    const auto hold = ledger_.holds.Take([this] { return ChooseMoment(); });
    if (!hold.ok()) return hold.status();
    if (status = ledger_.files.CreateDirectory(staging_); !status.ok()) return status;
    auto made = Make(hold->position());
    if (!room_.ok()) made = room_;
    ledger_.files.RemoveTree(staging_).IgnoreError();
    return made;
  }

 private:
  absl::Status CheckPlace() {
    const std::string home = ParentOf(ledger_.ledger_file);
    if (set_ == home || set_.starts_with(home + "/")) {
      return absl::InvalidArgumentError(absl::StrCat(
          set_, ": a backup in the ledger's own directory is lost with it. Name another place."));
    }
    if (!earlier_.empty()) {
      const auto earlier = ReadBackupContents(ledger_.files, earlier_);
      if (!earlier.ok()) return earlier.status();
    }
    if (absl::Status status = CheckFree(ledger_.files, set_); !status.ok()) return status;
    return CheckNothingLeft();
  }

  // All at once and before any work: whoever has to remove something wants to hear of it but once.
  absl::Status CheckNothingLeft() {
    std::vector<std::string> left;
    for (const std::string& path : {staging_, TemporaryOf(set_)}) {
      const auto exists = ledger_.files.Exists(path);
      if (!exists.ok()) return exists.status();
      if (*exists) left.push_back(path);
    }
    if (left.empty()) return absl::OkStatus();
    return absl::AlreadyExistsError(
        absl::StrCat(absl::StrJoin(left, " and "),
                     ": another backup is at work, or a crash left this: then remove it first"));
  }

  // With the holds closed: what is found here stays. The position from which on the log is needed.
  absl::StatusOr<Position> ChooseMoment() {
    if (ledger_.index_view) view_ = ledger_.index_view();
    if (view_) contents_.index = view_->position();
    if (absl::Status status = ChooseSnapshot(); !status.ok()) return status;
    const Position after =
        std::min(contents_.snapshot.value_or(Position(0)), contents_.index.value_or(Position(0)));
    if (after >= ledger_.log.begin()) return after;
    return absl::FailedPreconditionError(
        absl::StrCat("the log begins only behind position ", ledger_.log.begin().value(),
                     ", but snapshot and index need it from ", after.value(),
                     " on: nothing was backed up. Take a snapshot and try again."));
  }

  // The newest that the index reaches: a start uses no other.
  absl::Status ChooseSnapshot() {
    const auto exists = ledger_.files.Exists(ledger_.snapshots);
    if (!exists.ok() || !*exists) return exists.status();
    const auto kept = SnapshotCatalog(ledger_.files, ledger_.snapshots).List();
    if (!kept.ok()) return kept.status();
    for (auto each = kept->rbegin(); each != kept->rend(); ++each) {
      if (contents_.index && each->position > *contents_.index) continue;
      contents_.snapshot = each->position;
      snapshot_path_ = each->path;
      return ReadSnapshotHash();
    }
    return absl::OkStatus();
  }

  absl::Status ReadSnapshotHash() {
    const auto reader = SnapshotReader::Open(ledger_.files, snapshot_path_);
    if (!reader.ok()) return reader.status();
    const auto metadata = DecodeSnapshotMetadata((*reader)->metadata(), snapshot_path_);
    if (!metadata.ok()) return metadata.status();
    snapshot_hash_ = metadata->chain_hash;
    return absl::OkStatus();
  }

  absl::StatusOr<BackupMade> Make(Position after) {
    sources_ = {{kBackupLedgerName, ledger_.ledger_file}};
    if (contents_.snapshot) {
      sources_.push_back(
          {absl::StrCat(kBackupSnapshotDirectory, "/", SnapshotName(*contents_.snapshot)),
           snapshot_path_});
    }
    absl::Status status = AddIndex();
    if (status.ok()) status = AddLog(after);
    if (!status.ok()) return status;
    return Copy();
  }

  absl::Status AddIndex() {
    if (!view_) return absl::OkStatus();
    for (const std::string& name : view_->FileNames()) {
      sources_.push_back(
          {absl::StrCat(kBackupIndexDirectory, "/", name), absl::StrCat(ledger_.index, "/", name)});
    }
    // Of this view; the file in the index's directory goes on changing.
    const std::string path = absl::StrCat(staging_, "/", kRunManifestName);
    sources_.push_back({.name = absl::StrCat(kBackupIndexDirectory, "/", kRunManifestName),
                        .path = path,
                        .link = true});
    return ledger_.files.WriteFileAtomically(path, EncodeRunManifest(view_->manifest()));
  }

  absl::Status AddLog(Position after) {
    LogPartRequest request{.files = ledger_.files,
                           .log = ledger_.log,
                           .after = after,
                           .genesis = GenesisHash(ledger_.identity.chain_seed),
                           .staging = staging_,
                           .earlier = earlier_};
    if (after == Position(0)) {
      request.hash = request.genesis;
    } else if (contents_.snapshot == after) {
      request.hash = snapshot_hash_;
    }
    auto part = StageLog(request, [this](Position at, Position end) {
      return HasRoom() && progress_({BackupPhase::kLog, at.value(), end.value()});
    });
    if (!part.ok()) return part.status();
    contents_.log_begin = part->begin;
    contents_.log_begin_hash = part->begin_hash;
    contents_.end = part->end;
    contents_.end_hash = part->end_hash;
    std::move(part->segments.begin(), part->segments.end(), std::back_inserter(sources_));
    return absl::OkStatus();
  }

  absl::StatusOr<BackupMade> Copy() {
    const auto check = [this](const std::string& directory) {
      return VerifyBackup(ledger_.files, directory, progress_).status();
    };
    auto report = CreateBackupSet(
        ledger_.files, set_, sources_, EncodeBackupContents(contents_),
        {.earlier = earlier_, .check = check}, [this](const Progress& progress) {
          return HasRoom() &&
                 progress_({BackupPhase::kFiles, progress.done_bytes, progress.total_bytes});
        });
    if (!report.ok()) return report.status();
    return BackupMade{contents_, *std::move(report)};
  }

  // Clients are refused when the disk runs full: a backup must never bring that about.
  bool HasRoom() {
    const auto free = ledger_.files.FreeBytes(staging_);
    if (!free.ok()) {
      room_ = free.status();
    } else if (*free < kStorageRoomBytes) {
      room_ = absl::ResourceExhaustedError(absl::StrCat(
          "the disk of ", set_, " has only ", *free >> 20, " MiB free; ", kStorageRoomBytes >> 20,
          " MiB are left to the ledger. Name a place on another disk, or make room."));
    }
    return room_.ok();
  }

  const BackupLedger& ledger_;
  const std::string set_;
  const std::string earlier_;
  const std::string staging_;
  BackupProgressFn progress_;
  absl::Status room_;  // why there was none
  BackupContents contents_;
  std::shared_ptr<const RunView> view_;  // keeps the runs' files
  std::string snapshot_path_;
  Sha256 snapshot_hash_{};
  std::vector<BackupSource> sources_;
};

}  // namespace

absl::StatusOr<BackupMade> CreateBackup(const BackupLedger& ledger, const std::string& set,
                                        const std::string& earlier, BackupProgressFn progress) {
  return Backup(ledger, set, earlier, progress).Run();
}

}  // namespace wallet
