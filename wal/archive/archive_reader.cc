#include "wal/archive/archive_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/archive/segment_list.h"
#include "wal/base/check.h"
#include "wal/base/publish.h"

namespace wallet {
namespace {

absl::Status Unwatched(uint64_t) { return absl::OkStatus(); }

}  // namespace

absl::StatusOr<std::unique_ptr<ArchiveReader>> ArchiveReader::Open(FileSystem& files,
                                                                   std::string directory) {
  directory = TrimSlashes(std::move(directory));
  auto segments = LoadSegments(files, directory);
  if (!segments.ok()) return segments.status();
  return std::unique_ptr<ArchiveReader>(
      new ArchiveReader(files, std::move(directory), *std::move(segments)));
}

ArchiveReader::ArchiveReader(FileSystem& files, std::string directory,
                             std::vector<ArchivedSegment> segments)
    : files_(files), directory_(std::move(directory)), segments_(std::move(segments)) {}

Position ArchiveReader::begin() const {
  return Position(segments_.empty() ? 0 : segments_.front().header.first.value() - 1);
}

Position ArchiveReader::end() const {
  return segments_.empty() ? Position(0) : segments_.back().footer.last;
}

const Sha256& ArchiveReader::end_hash() const {
  WALLET_CHECK(!segments_.empty());
  return segments_.back().footer.hash;
}

const Sha256& ArchiveReader::genesis() const {
  WALLET_CHECK(!segments_.empty());
  return segments_.front().header.genesis;
}

absl::Status ArchiveReader::Read(Position after, RecordVisitor visit) const {
  if (after < begin()) {
    return absl::OutOfRangeError(absl::StrCat("the archive in ", directory_,
                                              " begins behind position ", begin().value(), "; ",
                                              after.value(), " was asked for"));
  }
  for (const ArchivedSegment& segment : segments_) {
    if (segment.footer.last <= after) continue;
    const auto behind = [&](const RecordView& record) {
      return record.last() > after ? visit(record) : absl::OkStatus();
    };
    absl::Status status = ReadSegment(files_, directory_, segment, behind, Unwatched);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ArchiveReader::Verify(ArchiveProgress progress) const {
  uint64_t total = 0, done = 0;
  for (const ArchivedSegment& segment : segments_) total += segment.file_bytes;
  const auto report = [&](uint64_t bytes) {
    done += bytes;
    return progress(done, total) ? absl::OkStatus() : absl::CancelledError("stopped on request");
  };
  for (const ArchivedSegment& segment : segments_) {
    absl::Status status = ReadSegment(
        files_, directory_, segment, [](const RecordView&) { return absl::OkStatus(); }, report);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ArchivedSegment>> ArchiveReader::SegmentsCovering(Position after,
                                                                             Position until) const {
  std::vector<ArchivedSegment> covering;
  if (until <= after) return covering;
  const Position first(after.value() + 1);
  if (segments_.empty()) return NotHeld({first, until});
  if (after < begin()) return NotHeld({first, std::min(begin(), until)});
  if (until > end()) return NotHeld({std::max(first, Position(end().value() + 1)), until});
  std::copy_if(segments_.begin(), segments_.end(), std::back_inserter(covering),
               [&](const ArchivedSegment& segment) {
                 return segment.footer.last > after && segment.header.first <= until;
               });
  return covering;
}

absl::Status NotHeld(const PositionRange& missing) {
  return absl::OutOfRangeError(
      absl::StrCat(ToText(missing), " are missing: neither archive nor log holds them"));
}

}  // namespace wallet
