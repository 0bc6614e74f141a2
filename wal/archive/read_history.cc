#include "wal/archive/read_history.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace wallet {
namespace {

// The events (after, from_archive] are read from the archive, (from_archive, until] from the log.
struct Parts {
  Position from_archive;
  Position until;
};

Position EndOf(const ArchiveReader* archive, const Log* log) {
  return std::max(archive != nullptr ? archive->end() : Position(0),
                  log != nullptr ? log->end() : Position(0));
}

bool ArchiveHolds(const ArchiveReader* archive, Position event) {
  return archive != nullptr && archive->begin() < event && event <= archive->end();
}

// Of events that neither holds, those up to where one of the two begins.
absl::Status NotHeldUpTo(const ArchiveReader* archive, const Log* log, PositionRange missing) {
  const auto cut = [&](Position begin, Position end) {
    if (begin >= missing.first && end > begin) missing.last = std::min(missing.last, begin);
  };
  if (archive != nullptr) cut(archive->begin(), archive->end());
  if (log != nullptr) cut(log->begin(), log->end());
  return NotHeld(missing);
}

absl::StatusOr<Parts> Divide(const ArchiveReader* archive, const Log* log, Position after,
                             Position until) {
  Parts parts{after, until};
  if (until <= after) return parts;
  if (ArchiveHolds(archive, Position(after.value() + 1))) {
    parts.from_archive = std::min(archive->end(), until);
  }
  if (parts.from_archive == until) return parts;
  const PositionRange rest{Position(parts.from_archive.value() + 1), until};
  if (log == nullptr || log->begin() >= rest.first || log->end() < rest.first) {
    return NotHeldUpTo(archive, log, rest);
  }
  if (log->end() < until) return NotHeld({Position(log->end().value() + 1), until});
  return parts;
}

// Ends a read that has seen what it was to see; a visit's own error is kept apart.
class Until {
 public:
  Until(Position until, RecordVisitor visit) : until_(until), visit_(visit) {}

  absl::Status operator()(const RecordView& record) {
    reached_ = record.first > until_;
    return reached_ ? absl::CancelledError("enough") : visit_(record);
  }
  absl::Status Result(absl::Status read) const { return reached_ ? absl::OkStatus() : read; }

 private:
  const Position until_;
  const RecordVisitor visit_;
  bool reached_ = false;
};

absl::Status CheckSeam(const ArchiveReader& archive, const RecordView& record) {
  if (record.first.value() == archive.end().value() + 1 && record.previous == archive.end_hash()) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrCat(
      "the log does not continue the archive: the record at position ", record.first.value(),
      " does not follow the one that ends the archive at position ", archive.end().value(),
      ". One of the two is of another ledger, or of another history of this one."));
}

absl::Status ReadLog(const ArchiveReader* archive, Log& log, const Parts& parts,
                     RecordVisitor visit) {
  const Position after = parts.from_archive;
  bool at_seam = archive != nullptr && archive->end() > Position(0) && archive->end() == after;
  Until until(parts.until, visit);
  return until.Result(log.Read(after, [&](const RecordView& record) {
    if (at_seam) {
      at_seam = false;
      if (absl::Status status = CheckSeam(*archive, record); !status.ok()) return status;
    }
    return until(record);
  }));
}

}  // namespace

absl::Status ReadHistory(const ArchiveReader* archive, Log* log, Position after,
                         std::optional<Position> until, RecordVisitor visit) {
  const auto parts = Divide(archive, log, after, until.value_or(EndOf(archive, log)));
  if (!parts.ok()) return parts.status();
  if (after < parts->from_archive) {
    Until archived(parts->until, visit);
    absl::Status status = archived.Result(
        archive->Read(after, [&](const RecordView& record) { return archived(record); }));
    if (!status.ok()) return status;
  }
  if (parts->from_archive >= parts->until) return absl::OkStatus();
  return ReadLog(archive, *log, *parts, visit);
}

}  // namespace wallet
