// What a backup set of a ledger says of itself.
#include "engine/backup/backup_contents.h"

#include <algorithm>

#include "snapshot/catalog.h"
#include "tests/fuzz/input.h"
#include "tests/support/memory_files.h"
#include "wal/archive/segment_name.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

void CheckRanges(const BackupContents& contents) {
  WALLET_CHECK(Epoch::Parse(contents.epoch.ToString()) == contents.epoch);
  WALLET_CHECK(contents.default_currency != Currency());
  WALLET_CHECK(contents.created_at >= kMinInstant && contents.created_at <= kMaxInstant);
  for (const auto& part : {contents.snapshot, contents.index}) {
    const Position position = part.value_or(Position(0));
    WALLET_CHECK(contents.log_begin <= position && position <= contents.end);
  }
}

std::vector<BackupFile> FilesOf(const BackupContents& contents) {
  std::vector<BackupFile> files = {{.name = kBackupLedgerName}};
  if (contents.log_begin < contents.end) {
    files.push_back(
        {.name = std::string(kBackupArchiveDirectory) + "/" +
                 SegmentName({Position(contents.log_begin.value() + 1), contents.end})});
  }
  if (contents.index) files.push_back({.name = std::string(kBackupIndexDirectory) + "/MANIFEST"});
  if (contents.snapshot) {
    files.push_back(
        {.name = std::string(kBackupSnapshotDirectory) + "/" + SnapshotName(*contents.snapshot)});
  }
  return files;
}

// A set that lists them by rising name.
absl::StatusOr<BackupSetContents> Listing(const BackupContents& contents,
                                          std::vector<BackupFile> names) {
  std::sort(names.begin(), names.end(),
            [](const BackupFile& a, const BackupFile& b) { return a.name < b.name; });
  MemoryFiles files;
  files.Put(BackupManifestPath("/set"),
            EncodeBackupManifest({EncodeBackupContents(contents), std::move(names)}));
  return ReadBackupContents(files, "/set");
}

// The files that it speaks of are taken, and nothing less and nothing else.
void CheckFiles(const BackupContents& contents) {
  const std::vector<BackupFile> files = FilesOf(contents);
  const auto read = Listing(contents, files);
  WALLET_CHECK_NOTE(read.ok(), read.status().ToString());
  WALLET_CHECK(read->contents == contents);
  for (size_t i = 0; i < files.size(); ++i) {
    std::vector<BackupFile> fewer = files;
    fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(i));
    WALLET_CHECK(absl::IsDataLoss(Listing(contents, fewer).status()));
  }
  std::vector<BackupFile> more = files;
  more.push_back({.name = "archive/LOCK"});
  WALLET_CHECK(absl::IsDataLoss(Listing(contents, more).status()));
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  const std::string_view bytes = fuzz::View(data, size);
  const auto contents = DecodeBackupContents(bytes, "MANIFEST");
  if (!contents.ok()) {
    WALLET_CHECK(absl::IsDataLoss(contents.status()) || absl::IsUnimplemented(contents.status()));
    return 0;
  }
  CheckRanges(*contents);
  WALLET_CHECK_NOTE(EncodeBackupContents(*contents) == bytes, "one contents has one encoding");
  WALLET_CHECK(!DecodeBackupContents(bytes.substr(0, size - 1), "MANIFEST").ok());
  CheckFiles(*contents);
  return 0;
}
