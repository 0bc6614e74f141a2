#include "tools/wallet-snapshot/resting.h"

#include <utility>

#include "engine/index/index.h"
#include "wal/base/random.h"

namespace wallet::snapshot_tool {
namespace {

absl::Status MakeNothing(const Directory&) {
  return absl::InternalError("a directory at rest is never made");
}

std::string IndexPath(const Directory& directory) { return directory.path() + "/index"; }

}  // namespace

absl::StatusOr<std::unique_ptr<Resting>> Resting::Open(const std::string& path) {
  std::unique_ptr<Resting> resting(new Resting);
  if (absl::Status status = resting->OpenAll(path); !status.ok()) return status;
  return resting;
}

Resting::~Resting() { chores_.Stop(); }

absl::Status Resting::OpenAll(const std::string& path) {
  FileSystem& files = PosixFileSystem();
  auto directory =
      Directory::Open({.path = path}, files, SystemClock(), SystemRandom(), MakeNothing);
  if (!directory.ok()) return directory.status();
  directory_ = *std::move(directory);
  auto log = RocksLog::Open(files,
                            {.directory = directory_->log_path(),
                             .mark = directory_->mark_path(),
                             .chain_seed = directory_->identity().chain_seed},
                            chores_);
  if (!log.ok()) return log.status();
  log_ = *std::move(log);
  const auto indexed = files.Exists(IndexPath(*directory_));
  if (!indexed.ok() || !*indexed) return indexed.status();
  auto index = OpenIndexReader(files, IndexPath(*directory_));
  if (!index.ok()) return index.status();
  index_.emplace(*std::move(index));
  return absl::OkStatus();
}

RestingLedger Resting::ForSnapshot() const {
  RestingLedger ledger{.files = PosixFileSystem(),
                       .clock = SystemClock(),
                       .log = *log_,
                       .identity = directory_->identity(),
                       .snapshots = directory_->snapshots_path()};
  if (index_) ledger.index = index_->position();
  return ledger;
}

BackupLedger Resting::ForBackup() {
  BackupLedger ledger{.files = PosixFileSystem(),
                      .clock = SystemClock(),
                      .log = *log_,
                      .holds = holds_,
                      .identity = directory_->identity(),
                      .ledger_file = directory_->ledger_path(),
                      .snapshots = directory_->snapshots_path(),
                      .index = IndexPath(*directory_)};
  if (index_) ledger.index_view = [this] { return index_->shared_view(); };
  return ledger;
}

}  // namespace wallet::snapshot_tool
