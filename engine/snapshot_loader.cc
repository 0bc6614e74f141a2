#include "engine/snapshot_loader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/section_load.h"
#include "engine/standing_snapshot.h"
#include "snapshot/catalog.h"
#include "snapshot/snapshot_reader.h"
#include "snapshot/temporaries.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

using States = std::vector<std::unique_ptr<ShardState>>;

// Of the record that ends at `position`, which the log must still reach; none when no record does.
// An error is the log's own.
absl::StatusOr<std::optional<Sha256>> HashAt(Log& log, Position position) {
  if (position == log.end()) return log.end_hash();
  std::optional<Sha256> hash;
  const absl::Status status = log.Read(position, [&](const RecordView& record) {
    if (record.first.value() == position.value() + 1) hash = record.previous;
    return absl::CancelledError("the first record is enough");
  });
  if (!status.ok() && !absl::IsCancelled(status)) return status;
  return hash;
}

absl::Status CheckAhead(const std::vector<SnapshotFile>& files, Log& log) {
  if (files.empty() || files.back().position <= log.end() ||
      WALLET_MUTANT("snapshot_ahead_of_log_used"))
    return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(files.back().path, " was taken at position ", files.back().position.value(),
                   ", but the log ends at ", log.end().value(),
                   ": acknowledged writes are missing from the log. Nothing was changed. Bring "
                   "back the log that "
                   "belongs here, or restore a backup into a new directory."));
}

absl::Status CheckIdentity(const SnapshotMetadata& metadata, const SnapshotFile& file,
                           const std::optional<Sha256>& hash) {
  if (metadata.position == file.position &&
      (hash == metadata.chain_hash || WALLET_MUTANT("snapshot_of_another_log_used")))
    return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      file.path,
      " is not a snapshot of this ledger: it was cut behind another record than the log "
      "has at position ",
      file.position.value()));
}

absl::StatusOr<SnapshotTaken> Load(const SnapshotLoad& load, const SnapshotFile& file,
                                   const std::optional<Sha256>& hash, const States& states) {
  const auto reader = SnapshotReader::Open(load.files, file.path);
  if (!reader.ok()) return reader.status();
  if (absl::Status status = (*reader)->Verify(); !status.ok()) return status;
  const auto metadata = DecodeSnapshotMetadata((*reader)->metadata(), file.path);
  if (!metadata.ok()) return metadata.status();
  absl::Status status = CheckIdentity(*metadata, file, hash);
  if (status.ok()) status = LoadSections(**reader, *metadata, states, load.parallel);
  if (!status.ok()) return status;
  return SnapshotTaken{.position = file.position,
                       .bytes = (*reader)->file_bytes(),
                       .created_at = metadata->created_at};
}

void MoveAside(const SnapshotLoad& load, const std::vector<SnapshotFile>& damaged) {
  for (const SnapshotFile& file : damaged) {
    const absl::Status status = KeepAside(load.files, load.directory, file.path);
    if (status.ok()) continue;
    load.on_alarm(absl::StrCat(
        file.path, " is damaged and could not be renamed: ", status.message(), ". Remove it."));
  }
}

// `unread`: what the disk said of the newest snapshot that is not known to be damaged; OK: there is
// none.
absl::Status NothingLeft(const SnapshotLoad& load, const absl::Status& unread) {
  if (!unread.ok()) {
    return absl::Status(
        unread.code(),
        absl::StrCat("no snapshot in ", load.directory, " can be read (", unread.message(),
                     "), and the log begins only behind position ", load.log.begin().value(),
                     ". Nothing was changed. Mend that, and start again."));
  }
  return absl::DataLossError(absl::StrCat(
      "there is no snapshot to start from in ", load.directory, " up to position ",
      load.at_most.value(), ", and the log begins only behind position ", load.log.begin().value(),
      ". Nothing was changed. Keep the directory as it is and restore a backup into a new one."));
}

class Search {
 public:
  Search(const SnapshotLoad& load, const States& states) : load_(load), states_(states) {}

  absl::StatusOr<std::optional<SnapshotTaken>> Run(std::vector<SnapshotFile> files) {
    std::reverse(files.begin(), files.end());
    for (const SnapshotFile& file : files) {
      if (file.position > load_.at_most) {
        TellAhead(file);
        continue;
      }
      if (file.position < load_.log.begin()) break;  // the log has a gap behind it and all before
      const auto hash = HashAt(load_.log, file.position);
      if (!hash.ok()) return hash.status();
      auto taken = Load(load_, file, *hash, states_);
      if (taken.ok()) return Found(*taken);
      if (absl::IsUnimplemented(taken.status())) return taken.status();
      PassOver(file, taken.status());
    }
    if (load_.log.begin() > Position(0)) return NothingLeft(load_, unread_);
    if (passed_over_ > 0) load_.on_alarm("no snapshot can be used: the whole log is replayed.");
    return Found(std::nullopt);
  }

 private:
  std::optional<SnapshotTaken> Found(std::optional<SnapshotTaken> taken) {
    MoveAside(load_, damaged_);
    return taken;
  }
  void TellAhead(const SnapshotFile& file) const {
    load_.on_alarm(
        absl::StrCat("the snapshot ", file.path, " is not used: it was taken at position ",
                     file.position.value(), ", but the index holds the history only up to ",
                     load_.at_most.value(), ". An older one or the log is used in its place."));
  }
  void PassOver(const SnapshotFile& file, const absl::Status& status) {
    ++passed_over_;
    if (absl::IsDataLoss(status) && !WALLET_MUTANT("damaged_snapshot_kept_in_place"))
      damaged_.push_back(file);
    if (!absl::IsDataLoss(status)) unread_.Update(status);
    for (const auto& state : states_)
      if (!WALLET_MUTANT("half_loaded_ledger_kept")) state->ledger = Ledger();
    load_.on_alarm(absl::StrCat("the snapshot ", file.path, " can't be used (", status.message(),
                                "). An older one or the log is used in its place: nothing is lost, "
                                "but check the disk."));
  }

  const SnapshotLoad& load_;
  const States& states_;
  std::vector<SnapshotFile> damaged_;
  absl::Status unread_;
  int passed_over_ = 0;
};

}  // namespace

absl::StatusOr<std::optional<SnapshotTaken>> LoadNewestSnapshot(const SnapshotLoad& load,
                                                                const States& states) {
  SnapshotCatalog catalog(load.files, load.directory);
  if (absl::Status status = catalog.CreateDirectory(); !status.ok()) return status;
  if (const auto removed = catalog.RemoveTemporaries(); !removed.ok()) return removed.status();
  auto files = catalog.List();
  if (!files.ok()) return files.status();
  if (absl::Status status = CheckAhead(*files, load.log); !status.ok()) return status;
  return Search(load, states).Run(*std::move(files));
}

}  // namespace wallet
