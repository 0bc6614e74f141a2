// The log in RocksDB: one row per record, written with sync.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/base/executor.h"
#include "wal/base/file.h"
#include "wal/log.h"
#include "wal/record.h"

namespace wallet {

struct RocksLogOptions {
  std::string directory;   // of RocksDB's own files
  std::string mark;        // path of the high-water mark (wal/mark.h)
  std::string chain_seed;  // what makes this log's chain its own
  int64_t mark_sync_us = 1'000'000;
};

// Append runs the write on the calling thread and `done` before it returns. Threads as log.h says.
class RocksLog final : public Log {
 public:
  // Makes an empty log and its mark. Remains of an attempt that was interrupted are removed first;
  // kDataLoss, and nothing is touched, when there is a log that holds records, or may.
  static absl::Status Create(FileSystem& files, const RocksLogOptions& options);

  // The same, but its first record will be at `first` and carry that hash: a log that goes on where
  // another one's history was cut. (For one with records in it: wal/rocks_log_copy.h.)
  static absl::Status Create(FileSystem& files, const RocksLogOptions& options,
                             const RecordLink& first);

  // Opens an existing log; never creates one. kDataLoss when it is missing, damaged, or ends before
  // its mark; the message names the file and says what to do. kUnimplemented: a newer program wrote
  // it; both versions are named. kResourceExhausted on a full disk.
  // `executor` syncs the mark in the background; it and `files` must outlive the log, and the
  // executor be stopped before the log is destroyed.
  static absl::StatusOr<std::unique_ptr<RocksLog>> Open(FileSystem& files,
                                                        const RocksLogOptions& options,
                                                        Executor& executor);

  // Opens a log that nobody uses, to be read alone; changes nothing. Errors as Open. Appends and
  // trims answer kFailedPrecondition.
  static absl::StatusOr<std::unique_ptr<RocksLog>> OpenAtRest(FileSystem& files,
                                                              const RocksLogOptions& options);
  ~RocksLog() override;

  void Append(Position expected_end, uint32_t count, std::span<const std::string_view> parts,
              AppendDone done) override;
  Position end() const override;
  Position begin() const override;
  Sha256 end_hash() const override;
  absl::Status Read(Position after,
                    absl::FunctionRef<absl::Status(const RecordView&)> visit) override;
  absl::Status Trim(Position up_to) override;

  // Makes the mark durable now; for an orderly end.
  absl::Status SyncMark();

 private:
  struct Impl;
  static absl::StatusOr<std::unique_ptr<Impl>> Prepare(FileSystem& files,
                                                       const RocksLogOptions& options);
  explicit RocksLog(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wallet
