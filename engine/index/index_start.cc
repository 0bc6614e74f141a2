#include "engine/index/index_start.h"

#include "absl/strings/str_cat.h"
#include "wal/base/publish.h"

namespace wallet {
namespace {

absl::Status Missing(const std::string& directory, Position log_begin) {
  return absl::DataLossError(
      absl::StrCat("there is no index ", directory, ", and the log begins only behind position ",
                   log_begin.value(),
                   ": the transactions and keys before it are missing. Nothing was changed. Bring "
                   "back the index that belongs here, or restore a backup into a new directory."));
}

absl::Status Create(FileSystem& files, const std::string& directory, Random& random) {
  const std::string temporary = TemporaryOf(directory);
  const auto left = files.Exists(temporary);  // by a crash
  if (!left.ok()) return left.status();
  absl::Status status = *left ? files.RemoveTree(temporary) : absl::OkStatus();
  if (status.ok()) status = CreateIndex(files, temporary, random);
  if (status.ok()) status = Publish(files, temporary, directory);
  return status;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Index>> OpenOrCreateIndex(FileSystem& files,
                                                         const std::string& directory,
                                                         Position log_begin, Random& random) {
  const auto exists = files.Exists(directory);
  if (!exists.ok()) return exists.status();
  if (!*exists) {
    if (log_begin > Position(0)) return Missing(directory, log_begin);
    absl::Status status = Create(files, directory, random);
    if (!status.ok()) return status;
  }
  return OpenIndex(files, directory, random);
}

}  // namespace wallet
