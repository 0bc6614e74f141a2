#include "wal/archive/archive_writer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/archive/segment_list.h"
#include "wal/base/mutant.h"
#include "wal/base/publish.h"

namespace wallet {
namespace {

constexpr char kLockName[] = "/LOCK";

absl::Status DoNotAgree(const std::string& directory, Position position) {
  return absl::DataLossError(absl::StrCat(
      "the archive in ", directory, " and the log do not agree: the record that ends at position ",
      position.value(), " is not the same in both. Nothing was copied. Keep both as they are, and ",
      "name an empty directory for the archive of this log."));
}

absl::Status OfAnotherLedger(const std::string& directory) {
  return absl::FailedPreconditionError(
      absl::StrCat("the archive in ", directory,
                   " belongs to another ledger (its chain starts from another seed). Name another ",
                   "directory, or an empty one."));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ArchiveWriter>> ArchiveWriter::Open(
    FileSystem& files, std::string directory, const Sha256& genesis,
    const SegmentWriterOptions& options) {
  std::unique_ptr<ArchiveWriter> writer(
      new ArchiveWriter(files, TrimSlashes(std::move(directory)), genesis, options));
  absl::Status status = files.CreateDirectory(writer->directory_);
  if (!status.ok()) return status;
  auto lock = files.Lock(writer->directory_ + kLockName);
  if (!lock.ok()) return lock.status();
  writer->lock_ = *std::move(lock);
  if (status = writer->Load(); !status.ok()) return status;
  return writer;
}

ArchiveWriter::ArchiveWriter(FileSystem& files, std::string directory, const Sha256& genesis,
                             const SegmentWriterOptions& options)
    : files_(files),
      directory_(std::move(directory)),
      genesis_(genesis),
      options_(options),
      hash_(genesis) {}

absl::Status ArchiveWriter::Load() {
  const auto segments = LoadSegments(files_, directory_);
  if (!segments.ok()) return segments.status();
  const bool empty = segments->empty();
  if (!empty && segments->back().header.genesis != genesis_) return OfAnotherLedger(directory_);
  hash_ = empty ? genesis_ : segments->back().footer.hash;
  end_.store(empty ? 0 : segments->back().footer.last.value(), std::memory_order_release);
  // The names that were found might not be durable yet, and the log will be trimmed for them.
  absl::Status status = files_.SyncDirectory(directory_);
  if (status.ok()) status = RemoveUnfinished();
  loaded_ = status.ok();
  return status;
}

absl::Status ArchiveWriter::RemoveUnfinished() {
  const auto names = files_.List(directory_);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (!IsUnfinishedSegmentName(name)) continue;
    absl::Status status = files_.Remove(directory_ + "/" + name);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ArchiveWriter::CopyUpTo(Log& log, Position up_to,
                                     absl::FunctionRef<bool()> should_stop) {
  if (!loaded_) {
    if (absl::Status status = Load(); !status.ok()) return status;
  }
  if (absl::Status status = CheckAgainst(log); !status.ok()) return status;
  room_bytes_ = 0;
  absl::Status status = Copy(log, up_to, should_stop);
  if (status.ok() && segment_) status = PublishSegment();
  segment_.reset();
  // An error may have left more or less in the directory than was noted: the next copy looks.
  loaded_ = status.ok();
  return status;
}

absl::Status ArchiveWriter::CheckAgainst(const Log& log) const {
  if (end() > log.end()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the archive in ", directory_, " ends at position ", end().value(),
                     ", the log before it, at ", log.end().value(),
                     ": they are not of one history. Name an empty directory for the archive."));
  }
  if (end() == Position(0) || log.begin() <= end()) return absl::OkStatus();
  return absl::OutOfRangeError(absl::StrCat(ToText({Position(end().value() + 1), log.begin()}),
                                            " are missing: the archive in ", directory_,
                                            " ends before them, and the log no longer has them. "
                                            "Name an empty directory for the archive."));
}

// Where the archive and the log meet, they must hold the same chain.
absl::Status ArchiveWriter::CheckSeam(const RecordView& record) const {
  if (record.last() <= end()) {
    const bool same =
        record.last() == end() && (record.hash == hash_ || WALLET_MUTANT("archive_seam_unchecked"));
    return same ? absl::OkStatus() : DoNotAgree(directory_, end());
  }
  if (end() == Position(0)) {
    if (record.first > Position(1) || record.previous == genesis_) return absl::OkStatus();
    return OfAnotherLedger(directory_);
  }
  const bool follows = record.first.value() == end().value() + 1 && record.previous == hash_;
  return follows ? absl::OkStatus() : DoNotAgree(directory_, end());
}

absl::Status ArchiveWriter::Copy(Log& log, Position up_to, absl::FunctionRef<bool()> should_stop) {
  // From the archive's last record on where the log has it, to compare them.
  const Position after = end() > log.begin() ? Position(end().value() - 1) : log.begin();
  bool met = false, complete = false;
  absl::Status status = log.Read(after, [&](const RecordView& record) {
    if (!met) {
      met = true;
      if (absl::Status seam = CheckSeam(record); !seam.ok()) return seam;
    }
    if (record.last() <= end()) return absl::OkStatus();
    complete = record.last() > up_to;
    if (complete || should_stop()) return absl::CancelledError("the copy was stopped on request");
    return Add(record);
  });
  return complete ? absl::OkStatus() : status;
}

// Clients are refused when the disk runs full: the archive must never bring that about. Where it
// has a disk of its own, that much of it stays free.
absl::Status ArchiveWriter::CheckRoom(const RecordView& record) {
  if (record.bytes.size() <= room_bytes_) {
    room_bytes_ -= record.bytes.size();
    return absl::OkStatus();
  }
  const auto free = files_.FreeBytes(directory_);
  if (!free.ok()) return free.status();
  room_bytes_ = kArchiveRoomEveryBytes;
  if (*free >= kStorageRoomBytes || WALLET_MUTANT("archive_fills_disk")) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "the disk of the archive in ", directory_, " has only ", *free >> 20, " MiB free; ",
      kStorageRoomBytes >> 20, " MiB of it are left to the ledger. Make room there"));
}

absl::Status ArchiveWriter::Add(const RecordView& record) {
  if (absl::Status status = CheckRoom(record); !status.ok()) return status;
  if (segment_ && !segment_->Fits(record)) {
    if (absl::Status status = PublishSegment(); !status.ok()) return status;
  }
  if (!segment_) {
    auto segment = SegmentWriter::Create(files_, directory_,
                                         {genesis_, record.first, record.previous}, options_);
    if (!segment.ok()) return segment.status();
    segment_ = *std::move(segment);
  }
  return segment_->Add(record);
}

absl::Status ArchiveWriter::PublishSegment() {
  const auto segment = segment_->Publish();
  segment_.reset();
  if (!segment.ok()) return segment.status();
  hash_ = segment->footer.hash;
  end_.store(segment->footer.last.value(), std::memory_order_release);
  return absl::OkStatus();
}

}  // namespace wallet
