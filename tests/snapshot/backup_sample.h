// A small ledger's files for tests, and the backup set of them.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "snapshot/backup_set.h"

namespace wallet {

inline const std::string kBackupMetadata = "position 42";

// What the set holds: name and bytes.
inline std::vector<std::pair<std::string, std::string>> BackupContents() {
  return {{"LEDGER", "epoch abcd2345\n"},
          {"index/000001.run", std::string(300, 'r')},
          {"index/deep/empty", ""},
          {"log/000007.log", "0123456789"},
          {"snapshots/snapshot-00000000000000000042", std::string(100, 's')}};
}

// The log goes on after what is copied of it.
inline constexpr char kLogBytesAfter[] = "after the moment of the backup";

inline std::vector<BackupSource> BackupSources(const std::string& ledger) {
  std::vector<BackupSource> sources;
  for (const auto& [name, bytes] : BackupContents()) {
    const bool log = name.starts_with("log/");
    sources.push_back({name, absl::StrCat(ledger, "/", name),
                       log ? BackupKind::kAppendOnly : BackupKind::kImmutable, bytes.size()});
  }
  return sources;
}

// Writes the ledger's files; `Disk` puts a file at a path, directories included.
template <class Put>
void PutLedger(const std::string& ledger, Put put) {
  for (const auto& [name, bytes] : BackupContents()) {
    const bool log = name.starts_with("log/");
    put(absl::StrCat(ledger, "/", name), log ? bytes + kLogBytesAfter : bytes);
  }
}

// OK when the directory holds just the set's files.
inline absl::Status CheckRestored(FileSystem& files, const std::string& directory) {
  for (const auto& [name, bytes] : BackupContents()) {
    const auto read = files.ReadFile(absl::StrCat(directory, "/", name));
    if (!read.ok()) return read.status();
    if (*read != bytes) return absl::InternalError(absl::StrCat(name, ": other bytes"));
  }
  const auto names = files.List(directory);
  if (!names.ok()) return names.status();
  return names->size() == 4 ? absl::OkStatus() : absl::InternalError("another number of names");
}

}  // namespace wallet
