#include "snapshot/backup_set.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "snapshot/backup_writer.h"
#include "snapshot/file_copy.h"
#include "snapshot/format.h"
#include "snapshot/temporaries.h"

namespace wallet {
namespace {

absl::Status CheckSize(FileSystem& files, const std::string& path, const BackupFile& file) {
  const auto bytes = FileBytes(files, path);
  if (absl::IsNotFound(bytes.status())) {
    return Damaged(kBackupFileFormat, path, 0, "the manifest lists it, and it is missing");
  }
  if (!bytes.ok()) return bytes.status();
  if (*bytes == file.bytes) return absl::OkStatus();
  return Damaged(kBackupFileFormat, path, std::min(*bytes, file.bytes),
                 absl::StrCat("it has ", *bytes, " bytes instead of ", file.bytes));
}

absl::Status CheckHash(const std::string& path, const BackupFile& file, const Sha256& hash) {
  if (hash == file.hash) return absl::OkStatus();
  return Damaged(kBackupFileFormat, path, 0,
                 absl::StrCat("its ", file.bytes, " bytes do not match their SHA-256"));
}

absl::Status VerifyFile(FileSystem& files, const std::string& path, const BackupFile& file,
                        Meter& meter) {
  if (absl::Status status = CheckSize(files, path, file); !status.ok()) return status;
  const auto hash =
      HashFile(files, path, file.bytes, [&](uint64_t bytes) { return meter.Advance(bytes); });
  return hash.ok() ? CheckHash(path, file, *hash) : hash.status();
}

absl::Status RestoreFile(FileSystem& files, const std::string& path, const std::string& to,
                         const BackupFile& file, Meter& meter) {
  if (absl::Status status = CheckSize(files, path, file); !status.ok()) return status;
  const auto hash =
      CopyFile(files, path, to, file.bytes, [&](uint64_t bytes) { return meter.Advance(bytes); });
  return hash.ok() ? CheckHash(path, file, *hash) : hash.status();
}

absl::Status CheckTarget(FileSystem& files, const std::string& target) {
  if (absl::Status status = CheckFree(files, target); !status.ok()) return status;
  const std::string temporary = TemporaryOf(target);
  const auto exists = files.Exists(temporary);
  if (!exists.ok() || !*exists) return exists.status();
  return absl::AlreadyExistsError(absl::StrCat(
      temporary, ": another restore is at work, or a crash left this: then remove it first"));
}

// Everything but the last step.
absl::Status FillRestore(FileSystem& files, const std::string& set, const BackupManifest& manifest,
                         const std::string& temporary, FinishRestore finish, ProgressFn progress) {
  Meter meter(progress, manifest.TotalBytes());
  const auto directories = DirectoriesOf(temporary, manifest.files);
  absl::Status status = CreateDirectories(files, directories);
  if (status.ok()) status = meter.Advance(0);
  for (const BackupFile& file : manifest.files) {
    if (!status.ok()) return status;
    status = RestoreFile(files, BackupFilePath(set, file.name),
                         absl::StrCat(temporary, "/", file.name), file, meter);
  }
  if (status.ok()) status = finish(temporary);
  return status.ok() ? SyncDirectories(files, directories) : status;
}

}  // namespace

absl::StatusOr<BackupReport> CreateBackupSet(FileSystem& files, const std::string& set,
                                             const std::vector<BackupSource>& sources,
                                             std::string_view metadata,
                                             const BackupOptions& options, ProgressFn progress) {
  return BackupWriter(files, set, options, progress).Run(sources, metadata);
}

absl::StatusOr<BackupManifest> VerifyBackupSet(FileSystem& files, const std::string& set,
                                               ProgressFn progress) {
  auto manifest = ReadBackupManifest(files, set);
  if (!manifest.ok()) return manifest.status();
  Meter meter(progress, manifest->TotalBytes());
  absl::Status status = meter.Advance(0);
  for (const BackupFile& file : manifest->files) {
    if (!status.ok()) return status;
    status = VerifyFile(files, BackupFilePath(set, file.name), file, meter);
  }
  if (!status.ok()) return status;
  return manifest;
}

absl::StatusOr<BackupManifest> RestoreBackupSet(FileSystem& files, const std::string& set,
                                                const std::string& target, FinishRestore finish,
                                                ProgressFn progress) {
  auto manifest = ReadBackupManifest(files, set);
  if (!manifest.ok()) return manifest.status();
  const std::string path = TrimSlashes(target);
  const std::string temporary = TemporaryOf(path);
  if (absl::Status status = CheckTarget(files, path); !status.ok()) return status;
  absl::Status status = FillRestore(files, set, *manifest, temporary, finish, progress);
  if (status.ok()) status = Publish(files, temporary, path);
  if (status.ok()) return manifest;
  files.RemoveTree(temporary).IgnoreError();
  return status;
}

}  // namespace wallet
