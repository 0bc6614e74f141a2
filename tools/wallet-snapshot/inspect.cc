// `verify` and `inspect`: of one snapshot, or one backup set.
#include <cstdio>

#include "engine/backup/load_ledger.h"
#include "engine/backup/verify_backup.h"
#include "snapshot/catalog.h"
#include "snapshot/snapshot_reader.h"
#include "tools/long_work/interrupt.h"
#include "tools/long_work/progress_line.h"
#include "tools/wallet-snapshot/commands.h"
#include "tools/wallet-snapshot/output.h"

namespace wallet::snapshot_tool {
namespace {

void Print(const std::string& text) { std::fputs(text.c_str(), stdout); }

absl::StatusOr<bool> IsSet(const std::string& path) {
  FileSystem& files = PosixFileSystem();
  const auto exists = files.Exists(path);
  if (!exists.ok()) return exists.status();
  if (!*exists) return absl::NotFoundError("there is nothing at " + path);
  return files.Exists(BackupManifestPath(path));
}

struct Snapshot {
  std::unique_ptr<SnapshotReader> reader;
  SnapshotMetadata metadata;
};

absl::StatusOr<Snapshot> Open(const std::string& path) {
  Snapshot snapshot;
  auto reader = SnapshotReader::Open(PosixFileSystem(), path);
  if (!reader.ok()) return reader.status();
  snapshot.reader = *std::move(reader);
  auto metadata = DecodeSnapshotMetadata(snapshot.reader->metadata(), path);
  if (!metadata.ok()) return metadata.status();
  snapshot.metadata = *std::move(metadata);
  return snapshot;
}

ExitCode Show(const Arguments& arguments, const Snapshot& snapshot, const std::string& path) {
  const uint64_t bytes = snapshot.reader->file_bytes();
  Print(arguments.json ? JsonOf(snapshot.metadata, path, bytes)
                       : TextOf(snapshot.metadata, path, bytes));
  return kDone;
}

ExitCode Show(const Arguments& arguments, const BackupSetContents& set) {
  Print(arguments.json ? JsonOf(set, arguments.path) : TextOf(set, arguments.path));
  return kDone;
}

// Checksums, then the ledger in it: conservation and digest.
absl::StatusOr<Snapshot> VerifySnapshot(const std::string& path, ProgressLine& line,
                                        const std::atomic<bool>& stop) {
  auto snapshot = Open(path);
  if (!snapshot.ok()) return snapshot.status();
  absl::Status status = snapshot->reader->Verify([&](const Progress& progress) {
    line.Show("snapshot", progress.done_bytes, progress.total_bytes, "B");
    return !stop;
  });
  Ledger ledger;
  if (status.ok()) status = LoadLedger(*snapshot->reader, snapshot->metadata, ledger, stop);
  if (!status.ok()) return status;
  return snapshot;
}

ExitCode VerifySet(const Arguments& arguments, ProgressLine& line, const std::atomic<bool>& stop) {
  const auto set =
      VerifyBackup(PosixFileSystem(), arguments.path, [&](const BackupProgress& progress) {
        line.Show("verify", progress.done, progress.total, "B");
        return !stop;
      });
  if (!set.ok()) return Complain(arguments, set.status());
  if (set->contents.snapshot) {
    const std::string path =
        BackupFilePath(arguments.path, std::string(kBackupSnapshotDirectory) + "/" +
                                           SnapshotName(*set->contents.snapshot));
    const auto snapshot = VerifySnapshot(path, line, stop);
    if (!snapshot.ok()) return Complain(arguments, snapshot.status());
  }
  line.End();
  if (!arguments.json) Print("OK: every byte is as it was written.\n");
  return Show(arguments, *set);
}

}  // namespace

ExitCode Verify(const Arguments& arguments) {
  const std::atomic<bool>& stop = StopOnInterrupt();
  const auto is_set = IsSet(arguments.path);
  if (!is_set.ok()) return Complain(arguments, is_set.status());
  ProgressLine line;
  if (*is_set) return VerifySet(arguments, line, stop);
  const auto snapshot = VerifySnapshot(arguments.path, line, stop);
  line.End();
  if (!snapshot.ok()) return Complain(arguments, snapshot.status());
  if (!arguments.json) Print("OK: every byte is as it was written.\n");
  return Show(arguments, *snapshot, arguments.path);
}

ExitCode Inspect(const Arguments& arguments) {
  const auto is_set = IsSet(arguments.path);
  if (!is_set.ok()) return Complain(arguments, is_set.status());
  if (*is_set) {
    const auto set = ReadBackupContents(PosixFileSystem(), arguments.path);
    return set.ok() ? Show(arguments, *set) : Complain(arguments, set.status());
  }
  const auto snapshot = Open(arguments.path);
  if (!snapshot.ok()) return Complain(arguments, snapshot.status());
  return Show(arguments, *snapshot, arguments.path);
}

}  // namespace wallet::snapshot_tool
