#include "engine/restore/restore_target.h"

#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/bank/sim_book.h"
#include "engine/index/index.h"
#include "engine/ledger/ledger_snapshot.h"
#include "engine/restore/index_at.h"
#include "engine/restore/restore_log.h"
#include "engine/snapshot_draft.h"
#include "engine/snapshot_types.h"
#include "snapshot/file_copy.h"
#include "wal/rocks_log.h"

namespace wallet {
namespace {

absl::Status NotAsRestored(const std::string& what) {
  return absl::DataLossError(
      absl::StrCat("what was restored does not read as it was written (", what,
                   "): check the disk. Nothing was changed but a temporary, which is removed."));
}

int64_t OpenCount(const Ledger& ledger) {
  int64_t open = 0;
  ledger.ForEachOpen([&](const OpenWithdrawal&) { ++open; });
  return open;
}

}  // namespace

absl::Status RestoreTarget::Create() { return files_.CreateDirectory(directory_); }

absl::Status RestoreTarget::CopyFiles(const std::string& from, const std::string& to,
                                      const std::vector<std::string>& names) {
  uint64_t done = 0, total = 0;
  for (const std::string& name : names) {
    const auto bytes = FileBytes(files_, absl::StrCat(from, "/", name));
    if (!bytes.ok()) return bytes.status();
    total += *bytes;
  }
  for (const std::string& name : names) {
    const std::string path = absl::StrCat(from, "/", name);
    const auto bytes = FileBytes(files_, path);
    if (!bytes.ok()) return bytes.status();
    const auto copied =
        CopyFile(files_, path, absl::StrCat(to, "/", name), *bytes, [&](uint64_t slice) {
          done += slice;
          return progress_(RestoreStep::kIndex, done, total) ? absl::OkStatus()
                                                             : StoppedOnRequest();
        });
    if (!copied.ok()) return copied.status();
  }
  return files_.SyncDirectory(to);
}

absl::Status RestoreTarget::CopyIndex() {
  const std::string to = directory_ + "/index";
  absl::Status status = files_.CreateDirectory(to);
  if (!status.ok()) return status;
  std::vector<std::string> names = source_.index()->view().FileNames();
  names.emplace_back(kRunManifestName);
  return CopyFiles(source_.index_path(), to, names);
}

absl::Status RestoreTarget::RebuildIndex(Random& random, const LedgerAt& at) {
  const auto transactions = WriteIndexAt(files_, random, *source_.index(), at.ledger,
                                         at.point.position, directory_ + "/index", progress_);
  if (!transactions.ok()) return transactions.status();
  const auto known = static_cast<uint64_t>(at.ledger.transaction_count());
  if (*transactions == known) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "the index ", source_.index_path(), " has ", *transactions, " transactions up to position ",
      at.point.position.value(), ", but the ledger knows ", known,
      ". Nothing was changed; restore from another backup set."));
}

absl::Status RestoreTarget::CopySnapshot(const SnapshotFile& snapshot) {
  SnapshotCatalog catalog(files_, directory_ + "/snapshots");
  absl::Status status = catalog.CreateDirectory();
  if (!status.ok()) return status;
  return CopyFiles(ParentOf(snapshot.path), directory_ + "/snapshots",
                   {SnapshotName(snapshot.position)});
}

absl::Status RestoreTarget::WriteSnapshot(LedgerAt& at, const LedgerIdentity& identity,
                                          const Clock& clock) {
  const std::string directory = directory_ + "/snapshots";
  absl::Status status = SnapshotCatalog(files_, directory).CreateDirectory();
  if (!status.ok()) return status;
  auto draft = SnapshotDraft::Create(files_, directory, at.point.position, 1, 0);
  if (!draft.ok()) return draft.status();
  const auto snapshot = at.ledger.BeginSnapshot();
  std::string slice;
  while (snapshot->Next(kSnapshotSliceBytes, slice)) {
    if (!progress_(RestoreStep::kSnapshot, (*draft)->bytes(), 0)) return StoppedOnRequest();
    if (status = (*draft)->Append(0, slice); !status.ok()) return status;
    slice.clear();
  }
  const SnapshotMetadata metadata{.position = at.point.position,
                                  .chain_hash = at.point.hash,
                                  .epoch = identity.epoch,
                                  .default_currency = identity.default_currency,
                                  .last_stamp = at.ledger.last_stamp(),
                                  .created_at = clock.Now(),
                                  .sections = {{.accounts = at.ledger.account_count(),
                                                .open_withdrawals = OpenCount(at.ledger),
                                                .digest = snapshot->digest()}}};
  return (*draft)->Publish(metadata, std::atomic<bool>(false));
}

absl::Status RestoreTarget::WriteLog(const LogPoint& from, Position until) {
  return wallet::WriteLog(files_,
                          {.directory = directory_ + "/log",
                           .mark = directory_ + "/MARK",
                           .chain_seed = source_.identity().chain_seed},
                          source_.log(), from, until, progress_);
}

absl::Status RestoreTarget::WriteBankBook() {
  const std::string path = directory_ + "/bank-sim.book";
  BookEnd end;
  if (source_.bank_book().empty()) return files_.WriteFileAtomically(path, BookStart(end));
  const auto bytes = FileBytes(files_, source_.bank_book());
  if (!bytes.ok()) return bytes.status();
  return CopyFile(files_, source_.bank_book(), path, *bytes,
                  [](uint64_t) { return absl::OkStatus(); })
      .status();
}

absl::Status RestoreTarget::WriteIdentity(const LedgerIdentity& identity) {
  return files_.WriteFileAtomically(directory_ + "/LEDGER", EncodeIdentity(identity));
}

absl::StatusOr<LedgerAt> RestoreTarget::Load() {
  auto restored = RestoreSource::Open(files_, directory_, "");
  if (!restored.ok()) return restored.status();
  LedgerAt at;
  at.point.hash = (*restored)->genesis();
  if (!(*restored)->snapshots().empty()) {
    const auto loaded = LoadSnapshot(files_, (*restored)->snapshots().back().path, at, progress_);
    if (!loaded.ok()) return loaded.status();
  }
  const absl::Status status =
      ReplayUntil((*restored)->log(), {}, at, RestoreStep::kVerify, progress_);
  if (!status.ok()) return status;
  return at;
}

absl::Status RestoreTarget::VerifyIndex() {
  if (!source_.index()) return absl::OkStatus();
  const auto index = OpenIndexReader(files_, directory_ + "/index");
  if (!index.ok()) return index.status();
  return index->view().Verify(
      [&](uint64_t done, uint64_t total) { return progress_(RestoreStep::kVerify, done, total); });
}

absl::Status RestoreTarget::Verify(Position position, const Digest& digest) {
  auto at = Load();
  if (!at.ok()) return at.status();
  if (at->point.position != position) return NotAsRestored("its position is another");
  if (at->ledger.DigestAt(kMinInstant) != digest) return NotAsRestored("its digest is another");
  at->ledger.CheckInvariants();
  return VerifyIndex();
}

}  // namespace wallet
