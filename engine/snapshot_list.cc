#include "engine/snapshot_list.h"

#include "engine/snapshot_metadata.h"
#include "snapshot/catalog.h"
#include "snapshot/snapshot_reader.h"

namespace wallet {
namespace {

absl::Status Describe(FileSystem& files, SnapshotListing& listing) {
  const auto reader = SnapshotReader::Open(files, listing.path);
  if (!reader.ok()) return reader.status();
  const auto metadata = DecodeSnapshotMetadata((*reader)->metadata(), listing.path);
  if (!metadata.ok()) return metadata.status();
  listing.bytes = (*reader)->file_bytes();
  listing.created_at = metadata->created_at;
  for (const SectionFacts& section : metadata->sections) {
    listing.accounts += section.accounts;
    listing.open_withdrawals += section.open_withdrawals;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<SnapshotListing>> ListSnapshotFiles(FileSystem& files,
                                                               const std::string& directory) {
  std::vector<SnapshotListing> listed;
  const auto exists = files.Exists(directory);
  if (!exists.ok()) return exists.status();
  if (!*exists) return listed;
  const auto found = SnapshotCatalog(files, directory).List();
  if (!found.ok()) return found.status();
  for (const SnapshotFile& file : *found) {
    SnapshotListing& listing = listed.emplace_back();
    listing.position = file.position;
    listing.path = file.path;
    const absl::Status status = Describe(files, listing);
    if (!status.ok()) listing.damage = std::string(status.message());
  }
  return listed;
}

}  // namespace wallet
