// A log in RocksDB in a directory of its own.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/fake_clock.h"
#include "tests/support/manual_executor.h"
#include "tests/support/temp_dir.h"
#include "wal/rocks_log.h"

namespace wallet::testing {

// Appends one record of `count` events and returns what it came to.
inline absl::Status Append(Log& log, uint32_t count, std::string_view payload) {
  absl::Status result = absl::InternalError("done was not called");
  const std::string_view parts[] = {payload};
  log.Append(log.end(), count, parts, [&](absl::Status status) { result = std::move(status); });
  return result;
}

struct ReadBack {
  absl::Status status;
  std::vector<std::string> payloads;
};
inline ReadBack ReadAll(Log& log, Position after = Position(0)) {
  ReadBack read;
  read.status = log.Read(after, [&](const RecordView& record) {
    read.payloads.emplace_back(record.payload);
    return absl::OkStatus();
  });
  return read;
}

class RocksFixture {
 public:
  RocksLogOptions Options(const std::string& directory, std::string seed = "seed") const {
    return {.directory = directory + "/log",
            .mark = directory + "/MARK",
            .chain_seed = std::move(seed)};
  }
  absl::Status Create(const std::string& directory, std::string seed = "seed") {
    std::filesystem::create_directories(directory);
    return RocksLog::Create(PosixFileSystem(), Options(directory, std::move(seed)));
  }
  absl::Status Create(const std::string& directory, const RecordLink& first) {
    std::filesystem::create_directories(directory);
    return RocksLog::Create(PosixFileSystem(), Options(directory), first);
  }
  absl::StatusOr<std::unique_ptr<RocksLog>> Open(const std::string& directory,
                                                 std::string seed = "seed") {
    return RocksLog::Open(PosixFileSystem(), Options(directory, std::move(seed)), *executor_);
  }
  std::string path(const std::string& name = "good") const {
    return temporary_.path() + "/" + name;
  }

 private:
  TempDir temporary_;
  FakeClock clock_;
  ManualScheduler scheduler_{clock_};
  std::unique_ptr<Executor> executor_ = scheduler_.MakeExecutor();
};

}  // namespace wallet::testing
