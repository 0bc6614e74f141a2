// The archive of the log: records are copied here before the log lets go of them.
//
//   auto archive = ArchiveWriter::Open(files, directory, GenesisHash(chain_seed));
//   if (auto s = (*archive)->CopyUpTo(log, position, should_stop); s.ok()) log.Trim(position);
//
// An archive is a directory of immutable files (wal/archive/FORMAT.md) that together hold one
// unbroken stretch of one ledger's log. It begins where the log began when the first record was
// copied, and only grows.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/archive/segment_writer.h"
#include "wal/base/file.h"
#include "wal/base/hash.h"
#include "wal/log.h"

namespace wallet {

// One thread at a time, except end(). One writer at a time holds a directory; readers may be many,
// beside it.
class ArchiveWriter {
 public:
  // Makes the directory if it is missing, and removes what a crash left unfinished in it.
  // `genesis`: what the ledger's chain starts from (GenesisHash). `files` outlives the writer.
  //
  // kUnavailable: another process writes to it. kFailedPrecondition: it belongs to another ledger.
  // kDataLoss, kUnimplemented: as LoadSegments (segment_list.h); nothing was changed.
  static absl::StatusOr<std::unique_ptr<ArchiveWriter>> Open(
      FileSystem& files, std::string directory, const Sha256& genesis,
      const SegmentWriterOptions& options = {});

  // The last event that is durable in the archive; 0 while it is empty. Any thread.
  Position end() const { return Position(end_.load(std::memory_order_acquire)); }

  // Copies every record behind end() that ends at or before `up_to`. OK: they are all durable in
  // the archive, and the log may be trimmed up to `up_to`. The log is read beside appends; nobody
  // may trim it meanwhile. `should_stop` is asked at every record.
  //
  // After any error the segments that were finished count, the rest is copied again next time:
  // kFailedPrecondition: the log ends before the archive, or is of another ledger. kDataLoss: they
  // do not hold the same record where the archive ends, or the log is damaged. kOutOfRange: the log
  // no longer has the positions that come next, which are named. kCancelled: `should_stop` said so.
  // kResourceExhausted: the disk has not the room that is left to clients' writes
  // (kStorageRoomBytes), whoever else uses it. Otherwise the disk's error.
  absl::Status CopyUpTo(Log& log, Position up_to, absl::FunctionRef<bool()> should_stop);

 private:
  ArchiveWriter(FileSystem& files, std::string directory, const Sha256& genesis,
                const SegmentWriterOptions& options);

  absl::Status Load();
  absl::Status RemoveUnfinished();
  absl::Status CheckAgainst(const Log& log) const;
  absl::Status CheckSeam(const RecordView& record) const;
  absl::Status Copy(Log& log, Position up_to, absl::FunctionRef<bool()> should_stop);
  absl::Status CheckRoom(const RecordView& record);
  absl::Status Add(const RecordView& record);
  absl::Status PublishSegment();

  FileSystem& files_;
  const std::string directory_;
  const Sha256 genesis_;
  const SegmentWriterOptions options_;
  std::unique_ptr<FileLock> lock_;

  bool loaded_ = false;  // end_ and hash_ are what the directory holds
  std::atomic<uint64_t> end_{0};
  Sha256 hash_;  // of the record that ends there
  std::unique_ptr<SegmentWriter> segment_;
  uint64_t room_bytes_ = 0;  // of records that may come before room is asked for again
};

}  // namespace wallet
