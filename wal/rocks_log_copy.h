// Makes a log in RocksDB out of records that another log, or an archive, holds: byte for byte.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/base/file.h"
#include "wal/log.h"
#include "wal/record.h"
#include "wal/rocks_log.h"

namespace wallet {

// One thread. What it writes becomes a log only with Finish; before that, and after any error, the
// directory is fit for nothing but removal.
class RocksLogCopy {
 public:
  // Makes the log in a directory that does not hold one, without its mark. `first`: where its first
  // record will be, and the hash which that carries. kResourceExhausted, here and below: the disk
  // is full. `files` outlives the copy.
  static absl::StatusOr<std::unique_ptr<RocksLogCopy>> Create(FileSystem& files,
                                                              const RocksLogOptions& options,
                                                              const RecordLink& first);
  ~RocksLogCopy();

  // Takes over the next record. kDataLoss, and nothing is written: it does not follow the one
  // before.
  absl::Status Add(const RecordView& record);

  // Where it ends so far, and what the next record must carry.
  Position end() const;
  const Sha256& end_hash() const;

  // Makes everything durable, the mark last. Once, the last call.
  absl::Status Finish();

 private:
  struct Impl;
  explicit RocksLogCopy(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wallet
