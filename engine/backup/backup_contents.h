// What a backup set of a ledger holds, and what it says of itself: the metadata of its manifest
// (snapshot/backup_set.h). Pure functions, but for ReadBackupContents; engine/backup/FORMAT.md.
//
//   SET/files/LEDGER                    whose it is (engine/directory.h)
//   SET/files/snapshots/snapshot-<S>    the ledger at position S, if the set has a snapshot
//   SET/files/index/MANIFEST, *.run     the index up to its position I, if the ledger has an index
//   SET/files/archive/segment-<A>-<B>   the log behind `log_begin` up to `end`, as an archive
//                                       (wal/archive); none when the two are equal
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/ledger/types.h"
#include "snapshot/backup_manifest.h"
#include "wal/base/file.h"
#include "wal/base/hash.h"
#include "wal/base/instant.h"
#include "wal/base/position.h"

namespace wallet {

// Below SET/files. Stored: they never change.
inline constexpr char kBackupLedgerName[] = "LEDGER";
inline constexpr char kBackupSnapshotDirectory[] = "snapshots";
inline constexpr char kBackupIndexDirectory[] = "index";
inline constexpr char kBackupArchiveDirectory[] = "archive";

inline constexpr uint32_t kBackupContentsVersion = 1;

// A restore needs the ledger at `snapshot` and replays the log behind it; it needs the history at
// `index` and replays the log behind that. Where one is missing, the log is there from the ledger's
// first event on. So: log_begin <= snapshot <= end and log_begin <= index <= end, missing ones
// taken for 0.
struct BackupContents {
  Epoch epoch;
  Currency default_currency;
  Instant created_at;                // of the set
  std::optional<Position> snapshot;  // where it was cut
  std::optional<Position> index;     // everything up to it is in the index
  // The set's log has the events behind `log_begin` up to `end`; both are ends of records, whose
  // hashes these are (the genesis hash at 0).
  Position log_begin;
  Sha256 log_begin_hash{};
  Position end;
  Sha256 end_hash{};
  bool operator==(const BackupContents&) const = default;
};

std::string EncodeBackupContents(const BackupContents& contents);
// kUnimplemented: a newer program wrote it; both versions are named. kDataLoss: it is not what any
// version writes. Messages name `path`.
absl::StatusOr<BackupContents> DecodeBackupContents(std::string_view bytes,
                                                    const std::string& path);

struct BackupSetContents {
  BackupManifest manifest;
  BackupContents contents;
};

// What the set in the directory `set` says: its manifest is checked, the files are not looked at.
// kNotFound: there is no set. kDataLoss: damaged, a set of something else, or the files listed are
// not those that the contents speak of.
absl::StatusOr<BackupSetContents> ReadBackupContents(FileSystem& files, const std::string& set);

}  // namespace wallet
