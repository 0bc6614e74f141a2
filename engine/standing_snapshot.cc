#include "engine/standing_snapshot.h"

#include "absl/strings/str_cat.h"
#include "engine/snapshot_metadata.h"
#include "engine/verify_snapshot.h"
#include "snapshot/catalog.h"
#include "snapshot/snapshot_reader.h"

namespace wallet {
namespace {

constexpr char kDamagedSuffix[] = ".damaged";

absl::StatusOr<SnapshotTaken> Check(FileSystem& files, const std::string& path, Position position,
                                    const Sha256& chain_hash, const std::atomic<bool>& cancelled) {
  const auto reader = SnapshotReader::Open(files, path);
  if (!reader.ok()) return reader.status();
  const auto metadata =
      VerifySnapshot(**reader, [&](const Progress&) { return !cancelled.load(); });
  if (!metadata.ok()) return metadata.status();
  if (metadata->position != position || metadata->chain_hash != chain_hash) {
    return absl::DataLossError(absl::StrCat(path, " is of another ledger or another position"));
  }
  return SnapshotTaken{
      .position = position, .bytes = (*reader)->file_bytes(), .created_at = metadata->created_at};
}

}  // namespace

absl::Status KeepAside(FileSystem& files, const std::string& directory, const std::string& path) {
  const std::string aside = path + kDamagedSuffix;
  absl::Status status = files.Remove(aside);
  if (status.ok()) status = files.Rename(path, aside);
  if (status.ok()) status = files.SyncDirectory(directory);
  return status;
}

absl::StatusOr<std::optional<SnapshotTaken>> FindStanding(FileSystem& files,
                                                          const std::string& directory,
                                                          Position position,
                                                          const Sha256& chain_hash,
                                                          const std::atomic<bool>& cancelled) {
  const std::string path = SnapshotCatalog(files, directory).PathOf(position);
  const auto exists = files.Exists(path);
  if (!exists.ok()) return exists.status();
  if (!*exists) return std::nullopt;
  const auto taken = Check(files, path, position, chain_hash, cancelled);
  absl::Status status = taken.status();
  if (absl::IsDataLoss(status)) {
    if (status = KeepAside(files, directory, path); status.ok()) return std::nullopt;
  }
  if (status.ok()) status = files.SyncDirectory(directory);
  if (!status.ok()) return status;
  return *taken;
}

}  // namespace wallet
