#include "tests/simulation/backup_maker.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/backup/create_backup.h"
#include "engine/backup/verify_backup.h"
#include "engine/payload.h"
#include "engine/restore/restore.h"
#include "wal/archive/archive_reader.h"
#include "wal/record.h"

namespace wallet::simulation {
namespace {

LedgerIdentity Identity() {
  return {.epoch = Epoch(7),
          .default_currency = *Currency::Parse("USD"),
          .created_at = Instant(0),
          .chain_seed = "simulation"};
}

}  // namespace

BackupMaker::BackupMaker(Core& core, Process& process, const LogDisk& disk, FileDisk& files,
                         const Space& space, const Auditor& auditor)
    : core_(core),
      process_(process),
      disk_(disk),
      files_(files),
      space_(space),
      auditor_(auditor),
      random_(core.random.Fork()),
      actor_(core.scheduler.AddActor()) {}

void BackupMaker::Begin() {
  if (core_.knobs.backup_us == 0) return;
  files_.PutLedgerFile(EncodeIdentity(Identity()));
  Sleep();
}

void BackupMaker::Sleep() {
  core_.scheduler.PostAfter(
      actor_, random_.LogRange(core_.knobs.backup_us / 16 + 1, core_.knobs.backup_us), [this] {
        if (process_.up() && !healed_) Make();
        Sleep();
      });
}

std::string BackupMaker::PathOf(int64_t number) const {
  return absl::StrCat(files_.backups(), "/", number);
}

void BackupMaker::Make() {
  const BackupLedger ledger{.files = files_.files(),
                            .clock = process_.clock(),
                            .log = process_.log(),
                            .holds = process_.engine().holds(),
                            .identity = Identity(),
                            .ledger_file = files_.ledger_file(),
                            .snapshots = files_.snapshots(),
                            .index = files_.index(),
                            .index_view = process_.index_view()};
  const std::string set = PathOf(++number_);
  const int64_t failures = files_.Failures();
  const uint64_t floor = auditor_.journal().floor();
  const WalletClock::Unstamped unstamped(process_.wallet_clock());
  const std::string earlier = random_.Chance(kAlways / 2) ? newest_ : "";
  const auto made = CreateBackup(ledger, set, earlier, [](const BackupProgress&) { return true; });
  core_.trace.Note("backup", {}, {number_, static_cast<int64_t>(made.status().code())});
  if (!made.ok()) {
    if (files_.MayFail(failures) || space_.full()) return;
    // It is refused by name, until there is another snapshot.
    if (absl::IsDataLoss(made.status()) && files_.KeepsRotten()) return;
    return core_.problems.Report({}, "no backup was made: " + made.status().ToString());
  }
  ++backups_;
  if (made->contents.end != disk_.end() || made->contents.end.value() < floor) {
    core_.problems.Report({},
                          absl::StrCat("a backup up to ", made->contents.end.value(),
                                       " was made of a ledger that ends at ", disk_.end().value()));
  }
  if (!newest_.empty()) files_.files().RemoveTree(newest_).IgnoreError();
  newest_ = set;
  begin_ = made->contents.log_begin;
  snapshot_ = made->contents.snapshot.value_or(Position(0));
  end_ = made->contents.end;
}

void BackupMaker::OnEnd() {
  if (newest_.empty() || core_.problems.any() || files_.MayFail(files_.Failures())) return;
  const auto verified =
      VerifyBackup(files_.files(), newest_, [](const BackupProgress&) { return true; });
  if (!verified.ok()) {
    return core_.problems.Report({}, "a backup is not whole: " + verified.status().ToString());
  }
  CheckRestore();
}

void BackupMaker::CheckRestore() {
  RestoreOptions options{.from = newest_, .to = files_.backups() + "/restored", .dry_run = true};
  // A position that only the archive has, where there is one.
  const bool archived = core_.knobs.archive.used && files_.files().Exists(files_.archive()).value();
  if (archived) options.archive = files_.archive();
  const auto most = static_cast<int64_t>(end_.value());
  const bool earlier = random_.Chance(kAlways * 2 / 3);
  Position expected(static_cast<uint64_t>(earlier ? random_.Range(0, most) : most));
  if (earlier || archived) options.until.position = expected;
  const auto& history = auditor_.history();
  const bool by_time =
      earlier && most > 0 && history.size() >= end_.value() && random_.Chance(kAlways / 3);
  if (by_time) {
    options.until.position.reset();
    const Instant until(history[static_cast<size_t>(random_.Range(0, most - 1))].updated_at);
    options.until.instant = until;
    expected = Position(0);
    while (expected < end_ && history[expected.value()].updated_at <= until.value()) {
      expected = Position(expected.value() + 1);
    }
  }
  SimRandom random(0);
  const WalletClock::Unstamped unstamped(process_.wallet_clock());
  const auto restored = Restore({files_.files(), process_.clock(), random}, options,
                                [](RestoreStep, uint64_t, uint64_t) { return true; });
  core_.trace.Note("restore", {},
                   {static_cast<int64_t>(restored.status().code()),
                    static_cast<int64_t>(expected.value()), by_time, archived});
  // What lies between the archive and the set is in the log alone. An instant's end is known only
  // by what follows it.
  const Position archive_end = archived ? ArchiveEnd() : Position(0);
  const bool cut_short = by_time ? archive_end <= expected : archive_end < expected;
  const bool gap = cut_short && archive_end < begin_ && expected < snapshot_;
  if (gap && absl::IsOutOfRange(restored.status())) return;
  // A disk without room refuses before anything is done.
  const bool full = files_.files().FreeBytes(files_.backups()).value_or(1) == 0;
  if (full && absl::IsResourceExhausted(restored.status())) return;
  if (!restored.ok()) {
    return core_.problems.Report(
        {}, absl::StrCat("a restore to ", expected.value(), " of ", end_.value(),
                         " failed: ", restored.status().ToString()));
  }
  if (by_time && archived && restored->position > expected) return;  // it holds more than the set
  if (restored->position == expected && restored->digest == DigestAt(expected)) return;
  core_.problems.Report(
      {}, absl::StrCat("a restore to ", expected.value(), " came to ", restored->position.value(),
                       ", or to another digest than the log has there"));
}

Position BackupMaker::ArchiveEnd() const {
  const auto archive = ArchiveReader::Open(files_.files(), files_.archive());
  return archive.ok() ? (*archive)->end() : Position(0);
}

Digest BackupMaker::DigestAt(Position position) const {
  Ledger ledger;
  Sha256 hash = disk_.genesis;
  Position at(0);
  for (const LogDisk::Record& record : disk_.records) {
    if (at >= position) break;
    const auto view = DecodeRecord(record.bytes, record.first, hash);
    WALLET_CHECK(view.ok());
    hash = view->hash;
    const absl::Status read = ReadPayload(*view, [&](const Event& event, const EncodedEvent&) {
      if (at >= position) return;
      ledger.Apply(event);
      at = Position(at.value() + 1);
    });
    WALLET_CHECK(read.ok());
  }
  return ledger.DigestAt(kMinInstant);
}

}  // namespace wallet::simulation
