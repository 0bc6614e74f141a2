// What an operator asks of a running ledger: snapshots and backups. Both may take long: they are
// begun, and whoever asked looks again until they have ended.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "engine/backup/create_backup.h"
#include "engine/engine.h"
#include "wal/base/executor.h"

namespace wallet {

// A snapshot that was asked for.
struct SnapshotAsked {
  uint64_t ticket = 0;
  bool ended = false;
  std::optional<SnapshotTaken> taken;  // once it has ended well
  std::string error;                   // or ill
};

// Sent over the wire: the numbers never change.
enum class BackupState : uint8_t {
  kNone = 0,  // since the start none was asked for
  kRunning = 1,
  kDone = 2,
  kFailed = 3,
  kCancelled = 4,
};

struct BackupRequest {
  std::string directory;  // absolute; see CreateBackup
  std::string earlier;    // absolute, or empty
  // Chosen by whoever asks: asking again with the same one, because the answer was lost, is the
  // same request. 0: none.
  uint64_t token = 0;
};

// The backup that was asked for last.
struct BackupStatus {
  BackupState state = BackupState::kNone;
  BackupRequest request;
  BackupProgress progress;
  std::string error;  // kFailed
  // kDone:
  Position end;
  uint64_t copied_bytes = 0;
  uint64_t linked_bytes = 0;
};

// Any thread; no call waits for a disk. Tickets are forgotten after the newest 64.
class Maintenance {
 public:
  // Backups are made on `executor`, one at a time. It is stopped, after Stop, before the
  // destruction; engine and ledger outlive that.
  Maintenance(Engine& engine, BackupLedger ledger, Executor& executor);

  // Takes a snapshot of what was acknowledged by now; answers the ticket to look for it.
  uint64_t BeginSnapshot();
  // kNotFound: no such ticket, or one that was forgotten.
  absl::StatusOr<SnapshotAsked> snapshot(uint64_t ticket) const;

  // kInvalidArgument: a path that is not absolute. kFailedPrecondition: another one is under way,
  // or the server is stopping. What else may go wrong is in the status.
  absl::Status BeginBackup(BackupRequest request);
  // Of the one under way, if any. It ends soon after, and leaves nothing.
  void CancelBackup();
  BackupStatus backup() const;

  // Cancels, and begins nothing more.
  void Stop();

 private:
  // Outlives this, in callbacks.
  struct Asked {
    std::mutex mutex;
    std::deque<SnapshotAsked> tickets;  // oldest first
    uint64_t last = 0;
  };

  void MakeBackup(const BackupRequest& request);
  bool Report(const BackupProgress& progress);
  void End(const absl::StatusOr<BackupMade>& made);

  Engine& engine_;
  const BackupLedger ledger_;
  Executor& executor_;
  const std::shared_ptr<Asked> asked_ = std::make_shared<Asked>();

  mutable std::mutex mutex_;
  BackupStatus status_;
  bool cancelled_ = false;
  bool stopping_ = false;
};

}  // namespace wallet
