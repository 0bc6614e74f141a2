#include <cstdio>

#include "net/client/client.h"
#include "tools/wallet-snapshot/commands.h"
#include "tools/wallet-snapshot/output.h"

namespace wallet::snapshot_tool {
namespace {

absl::StatusOr<std::vector<SnapshotListing>> OfServer(const std::string& address) {
  const auto server = client::Client::Create({.address = address});
  const auto answer = server->ListSnapshots();
  if (answer.code == client::Code::kUnreachable) return absl::UnavailableError(answer.message);
  if (!answer.ok()) return absl::FailedPreconditionError(answer.message);
  std::vector<SnapshotListing> listed;
  for (const client::Snapshot& each : answer.snapshots) {
    listed.push_back({.position = Position(each.position),
                      .path = each.path,
                      .bytes = each.bytes,
                      .created_at = each.created_at,
                      .accounts = each.accounts,
                      .open_withdrawals = each.open_withdrawals,
                      .damage = each.damage});
  }
  return listed;
}

absl::StatusOr<std::vector<SnapshotListing>> OfDirectory(const std::string& directory) {
  FileSystem& files = PosixFileSystem();
  const auto is_ledger = files.Exists(directory + "/LEDGER");
  if (!is_ledger.ok()) return is_ledger.status();
  if (!*is_ledger) {
    return absl::NotFoundError(directory + " holds no ledger. Check --data-dir.");
  }
  return ListSnapshotFiles(files, directory + "/snapshots");
}

// The set in the directory, or nothing where there is none.
void AddSet(FileSystem& files, const std::string& path, std::vector<SetListing>& sets) {
  auto read = ReadBackupContents(files, path);
  if (absl::IsNotFound(read.status())) return;
  SetListing& listing = sets.emplace_back();
  listing.path = path;
  if (read.ok()) {
    listing.set = *std::move(read);
  } else {
    listing.damage = std::string(read.status().message());
  }
}

absl::StatusOr<std::vector<SetListing>> OfBackups(const std::string& directory) {
  FileSystem& files = PosixFileSystem();
  std::vector<SetListing> sets;
  AddSet(files, directory, sets);
  if (!sets.empty()) return sets;
  const auto names = files.List(directory);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (!name.ends_with(".tmp")) AddSet(files, directory + "/" + name, sets);
  }
  return sets;
}

}  // namespace

ExitCode List(const Arguments& arguments) {
  if (!arguments.backups.empty()) {
    const auto sets = OfBackups(arguments.backups);
    return sets.ok() ? Show(arguments, *sets) : Complain(arguments, sets.status());
  }
  const auto listed =
      arguments.data_dir.empty() ? OfServer(arguments.address) : OfDirectory(arguments.data_dir);
  return listed.ok() ? Show(arguments, *listed) : Complain(arguments, listed.status());
}

}  // namespace wallet::snapshot_tool
