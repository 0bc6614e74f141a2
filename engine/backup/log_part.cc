#include "engine/backup/log_part.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/backup/backup_contents.h"
#include "wal/archive/archive_reader.h"
#include "wal/archive/segment_writer.h"

namespace wallet {
namespace {

std::string NameOf(const ArchivedSegment& segment) {
  return absl::StrCat(kBackupArchiveDirectory, "/", segment.name);
}

absl::Status OfAnotherLog(Position position) {
  return absl::DataLossError(absl::StrCat(
      "the log does not have at position ", position.value(),
      " the record that it is known to have had there. Nothing was backed up. Keep the directory "
      "as it is, and check the disk."));
}

class Stager {
 public:
  Stager(const LogPartRequest& request, LogProgress progress)
      : request_(request), progress_(progress), end_(request.log.end()), hash_(request.hash) {
    part_.begin = part_.end = request.after;
  }

  absl::StatusOr<LogPart> Run() {
    if (!request_.earlier.empty()) TakeEarlier();
    absl::Status status = Copy();
    if (status.ok() && segment_) status = PublishSegment();
    if (!status.ok()) return status;
    if (!hash_) return OfAnotherLog(request_.after);
    part_.end_hash = *hash_;
    if (part_.begin == part_.end) part_.begin_hash = *hash_;
    return std::move(part_);
  }

 private:
  // What can't be used for any reason is copied anew.
  void TakeEarlier() {
    const auto archive = ArchiveReader::Open(
        request_.files, BackupFilePath(request_.earlier, kBackupArchiveDirectory));
    if (!archive.ok() || (*archive)->segments().empty()) return;
    const ArchiveReader& earlier = **archive;
    const bool reaches = earlier.begin() <= request_.after && request_.after < earlier.end();
    if (!reaches || earlier.genesis() != request_.genesis || !LogHas(earlier)) return;
    const auto segments = earlier.SegmentsCovering(request_.after, earlier.end());
    if (!segments.ok()) return;
    for (const ArchivedSegment& segment : *segments) {
      Add(segment, BackupFilePath(request_.earlier, NameOf(segment)), /*link=*/false);
    }
    part_.begin = Position(segments->front().header.first.value() - 1);
    part_.begin_hash = segments->front().header.previous;
    hash_ = earlier.end_hash();
  }

  // Whether the log has the very record with which the archive ends.
  bool LogHas(const ArchiveReader& archive) const {
    const Position at = archive.end();
    if (at > end_ || at <= request_.log.begin()) return false;
    bool same = false;
    const absl::Status status =
        request_.log.Read(Position(at.value() - 1), [&](const RecordView& record) {
          same = record.last() == at && record.hash == archive.end_hash();
          return absl::CancelledError("one record is enough");
        });
    return same && absl::IsCancelled(status);
  }

  absl::Status Copy() {
    const Position after = part_.end;
    if (after == end_ && hash_) return absl::OkStatus();
    // From the record that ends at `after` on where the log still has it, to compare or learn its
    // hash.
    const Position from = after > request_.log.begin() ? Position(after.value() - 1) : after;
    absl::Status status = request_.log.Read(from, [&](const RecordView& record) {
      if (record.last() <= after) return Compare(record);
      if (record.last() > end_) return absl::OutOfRangeError("behind the moment of the backup");
      if (!progress_(record.last(), end_)) return absl::CancelledError("stopped on request");
      return Add(record);
    });
    return absl::IsOutOfRange(status) && part_end_ >= end_ ? absl::OkStatus() : status;
  }

  absl::Status Compare(const RecordView& record) {
    part_end_ = record.last();
    if (hash_ && (*hash_ != record.hash || record.last() != part_.end)) {
      return OfAnotherLog(part_.end);
    }
    hash_ = record.hash;
    return absl::OkStatus();
  }

  absl::Status Add(const RecordView& record) {
    if (!copied_ && hash_ &&
        (*hash_ != record.previous || record.first.value() != part_.end.value() + 1)) {
      return OfAnotherLog(part_.end);
    }
    if (!copied_ && part_.segments.empty()) {
      part_.begin = Position(record.first.value() - 1);
      part_.begin_hash = record.previous;
    }
    copied_ = true;
    if (segment_ && !segment_->Fits(record)) {
      if (absl::Status status = PublishSegment(); !status.ok()) return status;
    }
    if (!segment_) {
      auto segment = SegmentWriter::Create(request_.files, request_.staging,
                                           {request_.genesis, record.first, record.previous}, {});
      if (!segment.ok()) return segment.status();
      segment_ = *std::move(segment);
    }
    part_end_ = record.last();
    hash_ = record.hash;
    return segment_->Add(record);
  }

  absl::Status PublishSegment() {
    const auto segment = segment_->Publish();
    segment_.reset();
    if (!segment.ok()) return segment.status();
    Add(*segment, absl::StrCat(request_.staging, "/", segment->name), /*link=*/true);
    return absl::OkStatus();
  }

  void Add(const ArchivedSegment& segment, std::string path, bool link) {
    part_.segments.push_back({.name = NameOf(segment), .path = std::move(path), .link = link});
    part_.end = segment.footer.last;
  }

  const LogPartRequest& request_;
  LogProgress progress_;
  const Position end_;  // of what is copied
  LogPart part_;
  std::optional<Sha256> hash_;  // of the last record that was seen
  Position part_end_;           // where it ends
  bool copied_ = false;
  std::unique_ptr<SegmentWriter> segment_;
};

}  // namespace

absl::StatusOr<LogPart> StageLog(const LogPartRequest& request, LogProgress progress) {
  return Stager(request, progress).Run();
}

}  // namespace wallet
