#include "snapshot/temporaries.h"

#include "absl/strings/str_cat.h"

namespace wallet {

std::string LeftoverOf(const std::string& path) { return TemporaryOf(TrimSlashes(path) + ".old"); }

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
