// The segments of an archive, in order.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "wal/archive/segment.h"
#include "wal/base/file.h"

namespace wallet {

// Reads the ends of every segment in the directory, and checks that they are of one ledger, that
// each continues the one before, and that nothing is missing between them; the records are not
// looked at. In the order of positions. Files of other names, and unfinished segments, are passed
// over.
//
// kNotFound: there is no such directory. kDataLoss: a segment is damaged; positions are missing
// between two, and are named; two overlap, or do not belong together, and both are named.
// kUnimplemented: a newer program wrote one.
absl::StatusOr<std::vector<ArchivedSegment>> LoadSegments(FileSystem& files,
                                                          const std::string& directory);

}  // namespace wallet
