#include "wal/base/publish.h"

#include "wal/base/mutant.h"

namespace wallet {

std::string TrimSlashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::string TemporaryOf(const std::string& path) { return TrimSlashes(path) + kTemporarySuffix; }

std::string ParentOf(const std::string& path) {
  const std::string trimmed = TrimSlashes(path);
  const size_t slash = trimmed.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : trimmed.substr(0, slash);
}

absl::Status Publish(FileSystem& files, const std::string& temporary, const std::string& path) {
  if (absl::Status status = files.Rename(temporary, path); !status.ok()) return status;
  absl::Status synced =
      WALLET_MUTANT("name_not_synced") ? absl::OkStatus() : files.SyncDirectory(ParentOf(path));
  // Without it the name might be gone after a crash: the caller was told nothing yet, so nothing it
  // is.
  if (!synced.ok()) files.Rename(path, temporary).IgnoreError();
  return synced;
}

}  // namespace wallet
