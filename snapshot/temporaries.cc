#include "snapshot/temporaries.h"

#include "absl/strings/str_cat.h"

namespace wallet {

std::string TrimSlashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::string TemporaryOf(const std::string& path) { return TrimSlashes(path) + kTemporarySuffix; }

std::string LeftoverOf(const std::string& path) { return TemporaryOf(TrimSlashes(path) + ".old"); }

std::string ParentOf(const std::string& path) {
  const std::string trimmed = TrimSlashes(path);
  const size_t slash = trimmed.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : trimmed.substr(0, slash);
}

absl::Status Publish(FileSystem& files, const std::string& temporary, const std::string& path) {
  if (absl::Status status = files.Rename(temporary, path); !status.ok()) return status;
  absl::Status synced = files.SyncDirectory(ParentOf(path));
  // Without it the name might be gone after a crash: the caller was told nothing yet, so nothing it
  // is.
  if (!synced.ok()) files.Rename(path, temporary).IgnoreError();
  return synced;
}

absl::Status CheckFree(FileSystem& files, const std::string& path) {
  const auto exists = files.Exists(path);
  if (!exists.ok()) return exists.status();
  if (!*exists) return absl::OkStatus();
  const auto names = files.List(path);
  if (names.ok() && names->empty()) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat(
      path, ": there is something already, and nothing is overwritten. Name another place."));
}

absl::Status RemoveUnfinished(FileSystem& files, const std::string& path) {
  if (absl::Status status = files.RemoveTree(LeftoverOf(path)); !status.ok()) return status;
  return files.RemoveTree(TemporaryOf(path));
}

}  // namespace wallet
