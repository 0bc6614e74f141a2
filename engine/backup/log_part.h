// The part of the log that goes into a backup set, as segments of an archive.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "snapshot/backup_set.h"
#include "wal/base/file.h"
#include "wal/base/hash.h"
#include "wal/base/position.h"
#include "wal/log.h"

namespace wallet {

struct LogPartRequest {
  FileSystem& files;
  Log& log;  // holds what is behind `after`, and is not trimmed beyond it meanwhile
  Position after;
  std::optional<Sha256> hash;  // of the record that ends at `after`, if it is known
  Sha256 genesis{};            // of the ledger
  std::string staging;         // an empty directory for the segments
  std::string earlier;         // a set whose segments are used again where they fit; may be empty
};

// The events behind `begin` <= `after` up to `end`; the hashes are of the records that end there.
struct LogPart {
  Position begin;
  Sha256 begin_hash{};
  Position end;
  Sha256 end_hash{};
  std::vector<BackupSource> segments;
};

// False stops the work (kCancelled).
using LogProgress = absl::FunctionRef<bool(Position at, Position end)>;

// Copies what is durable when the call begins. An earlier set of another history is not used.
// kDataLoss: the log is damaged, or does not have `hash` at `after`. Others are the disk's.
absl::StatusOr<LogPart> StageLog(const LogPartRequest& request, LogProgress progress);

}  // namespace wallet
