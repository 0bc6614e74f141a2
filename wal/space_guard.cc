#include "wal/space_guard.h"

#include "wal/limits.h"

namespace wallet {

absl::StatusOr<std::unique_ptr<SpaceGuard>> SpaceGuard::Start(FileSystem& files,
                                                              std::string directory,
                                                              std::string reserve_path,
                                                              Executor& executor) {
  std::unique_ptr<SpaceGuard> guard(
      new SpaceGuard(files, std::move(directory), std::move(reserve_path)));
  if (absl::Status status = guard->Look(); !status.ok()) return status;
  guard->LookLater(executor);
  return guard;
}

absl::Status SpaceGuard::Look() {
  const auto free = files_.FreeBytes(directory_);
  if (!free.ok()) return free.status();
  full_.store(*free < (full() ? kStorageRoomBytes : kStorageFullBytes), std::memory_order_relaxed);
  if (*free < kReserveBytes) return files_.Remove(reserve_path_);
  if (*free < kStorageRoomBytes) return absl::OkStatus();
  return files_.Reserve(reserve_path_, kReserveBytes);
}

void SpaceGuard::LookLater(Executor& executor) {
  executor.PostAfter(kPollUs, [this, &executor] {
    // A disk that can't be asked is as good as full.
    if (!Look().ok()) full_.store(true, std::memory_order_relaxed);
    LookLater(executor);
  });
}

}  // namespace wallet
