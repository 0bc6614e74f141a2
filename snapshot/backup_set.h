// Backup sets: the files of a ledger, copied at one moment, with the size and SHA-256 of each.
//
//   SET/MANIFEST          what the set holds, written last (snapshot/backup_manifest.h)
//   SET/files/<name>      the files
//
// A set is made as SET.tmp, all of it is made durable, and it is renamed: a set under its final
// name is whole. Nothing is ever overwritten. Each call works on the calling thread and may take as
// long as the disks do; `progress` counts the files' bytes and can stop it (kCancelled). After an
// error the temporary is removed; after a crash RemoveUnfinished (snapshot/temporaries.h) does
// that. kResourceExhausted: the disk is full.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "snapshot/backup_manifest.h"
#include "snapshot/progress.h"
#include "wal/base/file.h"

namespace wallet {

struct BackupSource {
  std::string name;  // in the set: IsBackupName
  std::string path;  // to copy from; must stay there until the set is made
  BackupKind kind = BackupKind::kImmutable;
  uint64_t bytes = 0;  // of an append-only file: how many to copy. (An immutable one is whole.)
  // It was made for the set and is synced: it becomes the set's file itself, by a second name,
  // where the disk allows that. Never for what the ledger goes on using: damage would be shared.
  bool link = false;
};

struct BackupReport {
  BackupManifest manifest;
  uint64_t copied_files = 0;  // or made for the set (BackupSource::link)
  uint64_t copied_bytes = 0;
  uint64_t linked_files = 0;  // or taken over
  uint64_t linked_bytes = 0;
};

struct BackupOptions {
  // A set on the same disk, or empty. A file whose name, size and hash are the same there, and
  // whose bytes still have that hash, becomes a second name (a hard link) of it and costs no space.
  std::string earlier;
  // There may be a temporary that a crash left: what it has is not copied again. Only when nothing
  // is at work on it.
  bool take_over = false;
  // Called with the whole set under its temporary name; its error undoes the set.
  std::function<absl::Status(const std::string& directory)> check;
};

// Makes the set; `metadata` is kept in its manifest. Every source is read whole; whatever can't be
// linked is copied.
//
// kInvalidArgument: the names do not make a set (AreBackupNames). kAlreadyExists: `set` is there
// and is no empty directory, or its temporary is (see take_over). kFailedPrecondition: a source has
// fewer bytes than told, or an immutable one changed its size. The parent of `set` must exist.
absl::StatusOr<BackupReport> CreateBackupSet(FileSystem& files, const std::string& set,
                                             const std::vector<BackupSource>& sources,
                                             std::string_view metadata,
                                             const BackupOptions& options = {},
                                             ProgressFn progress = IgnoreProgress);

// Reads every byte of the set. kDataLoss names the first file that is missing, of another size, or
// of another hash. What the manifest does not list is not looked at.
absl::StatusOr<BackupManifest> VerifyBackupSet(FileSystem& files, const std::string& set,
                                               ProgressFn progress = IgnoreProgress);

// Copies the files of the set into the directory `target`, which must be absent or empty
// (kAlreadyExists) and no mount point, checking each on the way as VerifyBackupSet does. All goes
// to TemporaryOf(target), which must be absent (kAlreadyExists: another restore is at work, or a
// crash left it). When all is there, `finish` is called with that temporary directory, for what the
// caller must add or change, durably, before it can be used; its error undoes the restore. Then the
// directory gets its name.
using FinishRestore = absl::FunctionRef<absl::Status(const std::string& directory)>;
inline absl::Status FinishNothing(const std::string&) { return absl::OkStatus(); }
absl::StatusOr<BackupManifest> RestoreBackupSet(FileSystem& files, const std::string& set,
                                                const std::string& target,
                                                FinishRestore finish = FinishNothing,
                                                ProgressFn progress = IgnoreProgress);

}  // namespace wallet
