// What a backup set holds: the file MANIFEST in it. Pure functions of bytes, but for ReadManifest;
// the layout is described in snapshot/FORMAT.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "wal/base/file.h"
#include "wal/base/hash.h"

namespace wallet {

// How the copied file behaves in the ledger. Stored in files: the numbers never change.
enum class BackupKind : uint8_t {
  kImmutable = 0,   // written once; copied whole
  kAppendOnly = 1,  // may be growing; its first bytes are copied
};

struct BackupFile {
  std::string name;
  BackupKind kind = BackupKind::kImmutable;
  uint64_t bytes = 0;
  Sha256 hash{};
};

struct BackupManifest {
  std::string metadata;           // the caller's
  std::vector<BackupFile> files;  // by name

  uint64_t TotalBytes() const;
};

// A path below the set: components of bytes other than control characters, parted by single
// slashes, none "." or ".."; at most kMaxBackupNameBytes.
bool IsBackupName(std::string_view name);
// Whether all names are fit, rising, and none is a directory of another.
bool AreBackupNames(const std::vector<BackupFile>& files);

std::string EncodeBackupManifest(const BackupManifest& manifest);
// kDataLoss, kUnimplemented: as CheckPreamble. `path` is for the message.
absl::StatusOr<BackupManifest> DecodeBackupManifest(std::string_view bytes,
                                                    const std::string& path);

// Where things are in a set.
std::string BackupManifestPath(const std::string& set);
std::string BackupFilesPath(const std::string& set);
std::string BackupFilePath(const std::string& set, std::string_view name);

// Of the set in the directory `set`. kNotFound: there is none. The files are not looked at.
absl::StatusOr<BackupManifest> ReadBackupManifest(FileSystem& files, const std::string& set);

}  // namespace wallet
