// One segment of the archive: what it says of itself, and its records.
#pragma once

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/archive/segment_format.h"
#include "wal/archive/segment_name.h"
#include "wal/base/file.h"
#include "wal/log.h"

namespace wallet {

struct ArchivedSegment {
  std::string name;
  uint64_t file_bytes = 0;
  SegmentHeader header;
  SegmentFooter footer;

  PositionRange range() const { return {header.first, footer.last}; }
};

// Reads the fixed ends of the segment that has this name, and checks that they are of this segment.
// kDataLoss names the file, the byte and what to do; kUnimplemented: a newer program wrote it.
absl::StatusOr<ArchivedSegment> LoadSegment(FileSystem& files, const std::string& directory,
                                            const std::string& name);

using RecordVisitor = absl::FunctionRef<absl::Status(const RecordView&)>;
// Called with the bytes of the file that were read since; an error ends the read and is returned.
using BytesRead = absl::FunctionRef<absl::Status(uint64_t bytes)>;

// Visits every record in order, once it and the chain up to it were checked; at the end checks the
// whole against the footer. A visit's error ends the read and is returned. Errors as LoadSegment.
// Any thread. Memory: some 3 MiB.
absl::Status ReadSegment(FileSystem& files, const std::string& directory,
                         const ArchivedSegment& segment, RecordVisitor visit, BytesRead done);

}  // namespace wallet
