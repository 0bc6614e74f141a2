// A ledger's directory that nobody serves, locked and opened.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "engine/backup/create_backup.h"
#include "engine/backup/snapshot_at_rest.h"
#include "engine/directory.h"
#include "engine/index/index_reader.h"
#include "engine/retention/holds.h"
#include "wal/base/thread_executor.h"
#include "wal/rocks_log.h"

namespace wallet::snapshot_tool {

// One thread.
class Resting {
 public:
  // kUnavailable: a server uses it. Others as Directory::Open, RocksLog::Open, OpenIndexReader.
  static absl::StatusOr<std::unique_ptr<Resting>> Open(const std::string& path);
  ~Resting();

  // What the calls of engine/backup work on; as long as this lives.
  RestingLedger ForSnapshot() const;
  BackupLedger ForBackup();

 private:
  Resting() = default;
  absl::Status OpenAll(const std::string& path);

  ThreadExecutor chores_{"chores"};  // syncs the log's mark
  std::unique_ptr<Directory> directory_;
  std::unique_ptr<RocksLog> log_;
  std::optional<IndexReader> index_;
  Holds holds_;
};

}  // namespace wallet::snapshot_tool
