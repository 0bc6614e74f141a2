#include "tests/crash/at_rest.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/restore/ledger_at.h"
#include "engine/restore/restore_source.h"
#include "tests/support/process.h"
#include "wal/base/file.h"

namespace wallet::crash {
namespace {

bool GoOn(RestoreStep, uint64_t, uint64_t) { return true; }

Moment MomentOf(const LedgerAt& at) { return {at.point.position, at.ledger.DigestAt(kMinInstant)}; }

absl::StatusOr<Moment> ReplayOn(const RestoreSource& source, const RestoreUntil& until,
                                LedgerAt& at) {
  const absl::Status status = ReplayUntil(source.log(), until, at, RestoreStep::kVerify, GoOn);
  if (!status.ok()) return status;
  return MomentOf(at);
}

void AddUnlessEmpty(const std::string& flag, const std::string& value, Command& command) {
  if (!value.empty()) command.insert(command.end(), {flag, value});
}

}  // namespace

Command VerifyLedger(const std::string& directory, const std::string& archive) {
  Command command = {WALLETCTL_PATH, "verify", directory};
  AddUnlessEmpty("--archive", archive, command);
  return command;
}

Command TakeSnapshot(const std::string& directory) {
  return {WALLET_SNAPSHOT_PATH, "create", "--data-dir", directory};
}

Command CreateSet(const std::string& directory, const std::string& set,
                  const std::string& earlier) {
  Command command = {WALLET_SNAPSHOT_PATH, "create", "--data-dir", directory, "--to", set};
  AddUnlessEmpty("--earlier", earlier, command);
  return command;
}

Command VerifySet(const std::string& set_or_snapshot) {
  return {WALLET_SNAPSHOT_PATH, "verify", set_or_snapshot};
}

Command RestoreTo(const std::string& target, const std::string& from, const std::string& archive,
                  const std::string& until) {
  Command command = {WALLET_RESTORE_PATH, "--from", from, "--to", target};
  AddUnlessEmpty("--archive", archive, command);
  AddUnlessEmpty("--until", until, command);
  return command;
}

std::string ComplaintOf(const Command& command) {
  const Finished finished = RunToEnd(command);
  if (finished.code == 0) return "";
  return absl::StrCat(absl::StrJoin(command, " "), " ended with ", finished.code, ":\n",
                      finished.out, finished.error);
}

std::string Describe(const Moment& moment) {
  return absl::StrCat("position ", moment.position.value(), ", digest ", ToHex(moment.digest));
}

absl::StatusOr<Moment> Replayed(const std::string& directory, const std::string& archive,
                                std::optional<Position> until) {
  const auto source = RestoreSource::Open(PosixFileSystem(), directory, archive);
  if (!source.ok()) return source.status();
  LedgerAt at;
  at.point.hash = (*source)->genesis();
  return ReplayOn(**source, {.position = until}, at);
}

absl::StatusOr<Moment> Loaded(const std::string& directory) {
  const auto source = RestoreSource::Open(PosixFileSystem(), directory, "");
  if (!source.ok()) return source.status();
  LedgerAt at;
  at.point.hash = (*source)->genesis();
  if (!(*source)->snapshots().empty()) {
    const auto loaded =
        LoadSnapshot(PosixFileSystem(), (*source)->snapshots().back().path, at, GoOn);
    if (!loaded.ok()) return loaded.status();
  }
  return ReplayOn(**source, {}, at);
}

}  // namespace wallet::crash
