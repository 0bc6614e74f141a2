// Reads an archive of the log.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/archive/segment.h"
#include "wal/base/file.h"

namespace wallet {

// Called after every block, the last time with done == total. False stops the work, which answers
// kCancelled.
using ArchiveProgress = absl::FunctionRef<bool(uint64_t done_bytes, uint64_t total_bytes)>;

// The segments that were there when it was opened, beside a writer that adds more. Any thread, all
// calls at once. What is read of a segment is checked against its own checksums and the chain;
// kDataLoss names the file, the byte and what to do, and what was visited before it is right.
class ArchiveReader {
 public:
  // Checks that the segments are whole at their ends and belong together, without a gap; errors as
  // LoadSegments (segment_list.h). An archive may be empty. `files` outlives the reader.
  static absl::StatusOr<std::unique_ptr<ArchiveReader>> Open(FileSystem& files,
                                                             std::string directory);

  // As of a log (wal/log.h): it holds the events behind begin() up to end(). Both 0 while empty.
  // That segments are missing at either end can't be seen from here.
  Position begin() const;
  Position end() const;
  // Of the last record; not while empty (checked).
  const Sha256& end_hash() const;
  // Whose archive it is (GenesisHash); not while empty (checked).
  const Sha256& genesis() const;
  const std::vector<ArchivedSegment>& segments() const { return segments_; }

  // Visits, in order, every record that holds an event behind `after`. A visit's error ends the
  // read and is returned. kOutOfRange if `after` < begin().
  absl::Status Read(Position after, RecordVisitor visit) const;

  // Reads and checks everything.
  absl::Status Verify(ArchiveProgress progress) const;

  // The segments that hold the events behind `after` up to `until`, for copying them elsewhere.
  // kOutOfRange names the positions that no segment holds.
  absl::StatusOr<std::vector<ArchivedSegment>> SegmentsCovering(Position after,
                                                                Position until) const;

 private:
  ArchiveReader(FileSystem& files, std::string directory, std::vector<ArchivedSegment> segments);

  FileSystem& files_;
  const std::string directory_;
  const std::vector<ArchivedSegment> segments_;
};

// kOutOfRange: nobody holds these.
absl::Status NotHeld(const PositionRange& missing);

}  // namespace wallet
