#include "engine/restore/restore.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/directory.h"
#include "engine/ledger/ledger_snapshot.h"
#include "engine/restore/restore_source.h"
#include "engine/restore/restore_target.h"
#include "engine/snapshot_types.h"
#include "engine/stamp_clock.h"
#include "snapshot/file_copy.h"
#include "snapshot/temporaries.h"
#include "wal/base/publish.h"
#include "wal/limits.h"

namespace wallet {
namespace {

absl::Status CheckTarget(FileSystem& files, const std::string& target) {
  if (absl::Status status = CheckFree(files, target); !status.ok()) return status;
  const auto parent = files.Exists(ParentOf(target));
  if (!parent.ok()) return parent.status();
  if (!*parent) {
    return absl::InvalidArgumentError(absl::StrCat("the directory ", ParentOf(target),
                                                   ", in which ", target,
                                                   " is to be made, does not exist."));
  }
  const std::string temporary = TemporaryOf(target);
  const auto exists = files.Exists(temporary);
  if (!exists.ok() || !*exists) return exists.status();
  return absl::AlreadyExistsError(absl::StrCat(
      temporary, ": another restore is at work, or a crash left this: then remove it first"));
}

class Restorer {
 public:
  Restorer(const RestoreEnvironment& environment, const RestoreOptions& options,
           RestoreProgress progress)
      : environment_(environment),
        files_(environment.files),
        options_(options),
        target_(TrimSlashes(options.to)),
        progress_(progress) {}

  absl::StatusOr<RestoreReport> Run() {
    absl::Status status = CheckTarget(files_, target_);
    if (!status.ok()) return status;
    auto source = RestoreSource::Open(files_, TrimSlashes(options_.from), options_.archive);
    if (!source.ok()) return source.status();
    source_ = *std::move(source);
    using Step = absl::Status (Restorer::*)();
    for (const Step step : {&Restorer::CheckMoment, &Restorer::LoadBase, &Restorer::Replay,
                            &Restorer::Describe, &Restorer::CheckRoom}) {
      if (status = (this->*step)(); !status.ok()) return status;
    }
    status = options_.dry_run ? CheckIndex() : Make();
    if (!status.ok()) return status;
    report_.archive_read = source_->archive_read();
    return std::move(report_);
  }

 private:
  absl::Status CheckMoment() {
    const Position end = source_->log().end();
    const Epoch epoch = source_->identity().epoch;
    if (options_.until.epoch.value_or(epoch) != epoch) {
      return absl::InvalidArgumentError(
          absl::StrCat("the position is of the ledger's life ", options_.until.epoch->ToString(),
                       ", but what is to be restored is of ", epoch.ToString(),
                       ". Give a position that this one answered, its number alone, or a time."));
    }
    if (!options_.until.position || *options_.until.position <= end) return absl::OkStatus();
    return absl::OutOfRangeError(
        absl::StrCat("position ", options_.until.position->value(),
                     " is beyond the last one that is held, ", end.value(),
                     ". Nothing was changed; give the archive that has it (--archive), or restore "
                     "until an earlier moment."));
  }

  // Whether the ledger may be replayed from it. Not from one beyond the index: the history's rows
  // behind the index say what the ledger was when they came.
  bool IsUsable(const SnapshotMetadata& metadata) const {
    const Position index = source_->index() ? source_->index()->position() : Position(0);
    if (metadata.position > index) return false;
    if (options_.until.instant) return metadata.last_stamp <= *options_.until.instant;
    return metadata.position <= options_.until.position.value_or(metadata.position);
  }

  // The newest usable snapshot; none: an empty ledger, and the whole log.
  absl::Status LoadBase() {
    const auto& snapshots = source_->snapshots();
    for (auto file = snapshots.rbegin(); file != snapshots.rend(); ++file) {
      const auto metadata = ReadSnapshotMetadata(files_, file->path);
      absl::Status status = metadata.status();
      if (status.ok() && !IsUsable(*metadata)) continue;
      Reset();
      if (status.ok()) status = LoadSnapshot(files_, file->path, at_, progress_).status();
      if (status.ok()) {
        snapshot_ = *file;
        base_ = at_.point;
        return absl::OkStatus();
      }
      if (!absl::IsDataLoss(status)) return status;
      report_.notes.push_back(absl::StrCat("the snapshot ", file->path, " can't be used (",
                                           status.message(),
                                           "); an older one or the log is used."));
    }
    Reset();
    return absl::OkStatus();
  }
  void Reset() {
    at_ = LedgerAt{.point = {Position(0), source_->genesis()}};
    base_ = at_.point;
  }

  absl::Status Replay() {
    return ReplayUntil(source_->log(), options_.until, at_, RestoreStep::kReplay, progress_);
  }

  absl::Status Describe() {
    const Ledger& ledger = at_.ledger;
    report_.position = at_.point.position;
    report_.last = source_->log().end();
    report_.last_stamp = ledger.last_stamp();
    report_.from_epoch = source_->identity().epoch;
    do {
      report_.epoch = Epoch(environment_.random.Next());
    } while (report_.epoch == report_.from_epoch);
    report_.default_currency = source_->identity().default_currency;
    if (snapshot_) report_.snapshot = snapshot_->position;
    if (source_->index()) {
      const bool beyond = source_->index()->position() > report_.position;
      report_.history = beyond ? HistoryFrom::kRebuilt : HistoryFrom::kCopied;
    }
    report_.accounts = ledger.account_count();
    report_.transactions = ledger.transaction_count();
    ledger.ForEachOpen([&](const OpenWithdrawal& open) {
      ++(open.substatus == Substatus::kReview ? report_.in_review : report_.open_withdrawals);
    });
    report_.digest = ledger.DigestAt(kMinInstant);
    report_.has_bank_book = !source_->bank_book().empty();
    report_.needs_accept_clock =
        !StampClock::CheckStart(environment_.clock, report_.last_stamp).ok();
    return absl::OkStatus();
  }

  absl::Status CheckRoom() {
    const auto bytes = BytesToWrite();
    if (!bytes.ok()) return bytes.status();
    const auto free = files_.FreeBytes(ParentOf(target_));
    if (!free.ok()) return free.status();
    report_.bytes_to_write = *bytes;
    report_.bytes_free = *free;
    if (*free >= *bytes + kStorageRoomBytes) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrCat(
        "the disk of ", ParentOf(target_), " has ", *free >> 20,
        " MiB free; what is restored takes ", *bytes >> 20, " MiB, and a ledger needs ",
        kStorageRoomBytes >> 20,
        " MiB more to take writes. Nothing was changed; make room, or restore to another disk."));
  }

  absl::StatusOr<uint64_t> BytesToWrite() {
    uint64_t sum = source_->index() ? source_->index()->view().file_bytes() : 0;
    std::vector<std::string> copied;
    if (!source_->bank_book().empty()) copied.push_back(source_->bank_book());
    if (report_.history == HistoryFrom::kRebuilt) {
      sum += SnapshotBytes();
    } else {
      sum += at_.log_bytes;
      if (snapshot_) copied.push_back(snapshot_->path);
    }
    for (const std::string& path : copied) {
      const auto bytes = FileBytes(files_, path);
      if (!bytes.ok()) return bytes.status();
      sum += *bytes;
    }
    return sum;
  }

  // Of the one that is to be made, before it is compressed.
  uint64_t SnapshotBytes() {
    const auto snapshot = at_.ledger.BeginSnapshot();
    uint64_t bytes = 0;
    for (std::string slice; snapshot->Next(kSnapshotSliceBytes, slice); slice.clear()) {
      bytes += slice.size();
    }
    return bytes;
  }

  // What would be copied or filtered; snapshot and log were checked when they were loaded.
  absl::Status CheckIndex() {
    if (!source_->index()) return absl::OkStatus();
    return source_->index()->view().Verify([&](uint64_t done, uint64_t total) {
      return progress_(RestoreStep::kVerify, done, total);
    });
  }

  LedgerIdentity NewIdentity() const {
    LedgerIdentity identity = source_->identity();
    identity.epoch = report_.epoch;
    identity.restored = RestoreNote{.at = environment_.clock.Now(),
                                    .position = report_.position,
                                    .from = report_.from_epoch,
                                    .bank_paused = true};
    return identity;
  }

  absl::Status Make() {
    RestoreTarget target(files_, TemporaryOf(target_), *source_, progress_);
    absl::Status status = Fill(target);
    if (status.ok()) status = Publish(files_, target.directory(), target_);
    if (!status.ok()) files_.RemoveTree(target.directory()).IgnoreError();
    return status;
  }

  absl::Status Fill(RestoreTarget& target) {
    const LedgerIdentity identity = NewIdentity();
    absl::Status status = target.Create();
    if (status.ok()) {
      status = report_.history == HistoryFrom::kRebuilt ? FillRebuilt(target, identity)
                                                        : FillCopied(target);
    }
    if (status.ok()) status = target.WriteBankBook();
    if (status.ok()) status = target.WriteIdentity(identity);
    if (status.ok()) status = target.Verify(report_.position, report_.digest);
    return status.ok() ? files_.SyncDirectory(target.directory()) : status;
  }

  // Ledger and history as they were at the moment itself; nothing is left for the log to say.
  absl::Status FillRebuilt(RestoreTarget& target, const LedgerIdentity& identity) {
    absl::Status status = target.RebuildIndex(environment_.random, at_);
    if (status.ok() && at_.point.position > Position(0)) {
      status = target.WriteSnapshot(at_, identity, environment_.clock);
    }
    return status.ok() ? target.WriteLog(at_.point, at_.point.position) : status;
  }

  // Ledger and history as they were at an earlier moment, and the log from there on.
  absl::Status FillCopied(RestoreTarget& target) {
    absl::Status status;
    if (source_->index()) status = target.CopyIndex();
    if (status.ok() && snapshot_) status = target.CopySnapshot(*snapshot_);
    return status.ok() ? target.WriteLog(base_, at_.point.position) : status;
  }

  const RestoreEnvironment& environment_;
  FileSystem& files_;
  const RestoreOptions& options_;
  const std::string target_;
  const RestoreProgress progress_;
  std::unique_ptr<RestoreSource> source_;
  std::optional<SnapshotFile> snapshot_;
  LogPoint base_;  // where the replay began
  LedgerAt at_;
  RestoreReport report_;
};

}  // namespace

std::string_view ToString(HistoryFrom history) {
  switch (history) {
    case HistoryFrom::kLog:
      return "log";
    case HistoryFrom::kCopied:
      return "index";
    case HistoryFrom::kRebuilt:
      return "rebuilt index";
  }
  return "";
}

absl::StatusOr<RestoreReport> Restore(const RestoreEnvironment& environment,
                                      const RestoreOptions& options, RestoreProgress progress) {
  return Restorer(environment, options, progress).Run();
}

}  // namespace wallet
