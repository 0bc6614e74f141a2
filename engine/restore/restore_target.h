// The directory that a restore makes, before it has its name.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/directory.h"
#include "engine/restore/ledger_at.h"
#include "engine/restore/log_pieces.h"
#include "engine/restore/restore_progress.h"
#include "engine/restore/restore_source.h"
#include "snapshot/catalog.h"
#include "wal/base/clock.h"
#include "wal/base/file.h"
#include "wal/base/random.h"

namespace wallet {

// One thread. Calls make what they write durable, but for names in the directory itself.
class RestoreTarget {
 public:
  // Nothing is made yet. Everything given outlives it.
  RestoreTarget(FileSystem& files, std::string directory, const RestoreSource& source,
                RestoreProgress progress)
      : files_(files), directory_(std::move(directory)), source_(source), progress_(progress) {}

  const std::string& directory() const { return directory_; }

  absl::Status Create();
  // The index as it is.
  absl::Status CopyIndex();
  // The index as it was at the ledger's position.
  absl::Status RebuildIndex(Random& random, const LedgerAt& at);
  absl::Status CopySnapshot(const SnapshotFile& snapshot);
  absl::Status WriteSnapshot(LedgerAt& at, const LedgerIdentity& identity, const Clock& clock);
  // The events behind `from` up to `until`.
  absl::Status WriteLog(const LogPoint& from, Position until);
  // The simulated bank's: the source's as it is now, since a bank is not restored with a ledger;
  // where there is none, an empty one.
  absl::Status WriteBankBook();
  // Last: it makes all of it a ledger.
  absl::Status WriteIdentity(const LedgerIdentity& identity);

  // Loads all of it again, as a start would: kDataLoss unless it comes to that position and digest.
  absl::Status Verify(Position position, const Digest& digest);

 private:
  absl::Status CopyFiles(const std::string& from, const std::string& to,
                         const std::vector<std::string>& names);
  absl::StatusOr<LedgerAt> Load();
  absl::Status VerifyIndex();

  FileSystem& files_;
  const std::string directory_;
  const RestoreSource& source_;
  const RestoreProgress progress_;
};

}  // namespace wallet
