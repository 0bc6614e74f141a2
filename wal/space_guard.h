// Watches the free space of the disk, so that RocksDB never meets a full one (Debian's build
// aborts).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/base/executor.h"
#include "wal/base/file.h"

namespace wallet {

class SpaceGuard {
 public:
  static constexpr int64_t kPollUs = 1'000'000;

  // Looks at the disk of `directory` now and then every second on `executor`, which must be stopped
  // before the guard is destroyed. With less than kReserveBytes free, the reserve file at
  // `reserve_path` is given up, so that the log can be opened; it is made again when there is room.
  static absl::StatusOr<std::unique_ptr<SpaceGuard>> Start(FileSystem& files, std::string directory,
                                                           std::string reserve_path,
                                                           Executor& executor);

  // Whether clients' writes must be refused: below kStorageFullBytes, until above
  // kStorageRoomBytes. Any thread.
  bool full() const { return full_.load(std::memory_order_relaxed); }

 private:
  SpaceGuard(FileSystem& files, std::string directory, std::string reserve_path)
      : files_(files), directory_(std::move(directory)), reserve_path_(std::move(reserve_path)) {}

  absl::Status Look();
  void LookLater(Executor& executor);

  FileSystem& files_;
  const std::string directory_;
  const std::string reserve_path_;
  std::atomic<bool> full_{false};
};

}  // namespace wallet
