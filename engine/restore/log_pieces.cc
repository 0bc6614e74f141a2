#include "engine/restore/log_pieces.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "wal/archive/segment_name.h"

namespace wallet {
namespace {

absl::Status DoesNotFollow(const LogPiece& piece, Position position) {
  return absl::DataLossError(absl::StrCat(
      piece.where, " does not continue what comes before position ", position.value(),
      ": it is of another ledger, or of another history of this one. Nothing was changed; leave it "
      "out, or give what belongs together."));
}

// Visits one piece's records until there is enough, and holds them against the chain.
class PieceReader {
 public:
  PieceReader(const LogPiece& piece, Position until, LogPoint& at, RecordVisitor visit)
      : piece_(piece), until_(until), at_(at), visit_(visit) {}

  absl::Status Run() {
    const absl::Status status =
        piece_.read(at_.position, [this](const RecordView& record) { return Visit(record); });
    return enough_ ? absl::OkStatus() : status;
  }

 private:
  absl::Status Visit(const RecordView& record) {
    enough_ = record.first > until_;
    if (enough_) return absl::CancelledError("enough");
    const bool follows = record.first.value() != at_.position.value() + 1 ||  // begun within it
                         record.previous == at_.hash;
    if (!follows) return DoesNotFollow(piece_, record.first);
    at_ = {record.last(), record.hash};
    return visit_(record);
  }

  const LogPiece& piece_;
  const Position until_;
  LogPoint& at_;
  const RecordVisitor visit_;
  bool enough_ = false;
};

}  // namespace

Position LogPieces::end() const {
  Position end(0);
  for (const LogPiece& piece : pieces_) end = std::max(end, piece.end.position);
  return end;
}

const LogPiece* LogPieces::PieceBehind(Position position) const {
  const LogPiece* best = nullptr;
  for (const LogPiece& piece : pieces_) {
    if (piece.begin > position || piece.end.position <= position) continue;
    if (best == nullptr || piece.end.position > best->end.position) best = &piece;
  }
  return best;
}

absl::Status LogPieces::NothingBehind(Position position, Position until) const {
  PositionRange missing{Position(position.value() + 1), until};
  for (const LogPiece& piece : pieces_) {
    if (piece.begin > position && piece.end.position > piece.begin) {
      missing.last = std::min(missing.last, piece.begin);
    }
  }
  return absl::OutOfRangeError(absl::StrCat(
      "the log's ", ToText(missing),
      " are in none of the places given. Nothing was changed; give the archive that has them "
      "(--archive), or restore until an earlier moment."));
}

// Where a piece ends at that very point, no record of it tells whether it belongs there.
absl::Status LogPieces::CheckEnds(const LogPoint& point) const {
  for (const LogPiece& piece : pieces_) {
    if (piece.end.position == point.position && piece.end.hash != point.hash) {
      return DoesNotFollow(piece, point.position);
    }
  }
  return absl::OkStatus();
}

absl::Status LogPieces::Read(const LogPoint& from, Position until, RecordVisitor visit) const {
  absl::Status status = CheckEnds(from);
  LogPoint at = from;
  while (status.ok() && at.position < until) {
    const LogPiece* piece = PieceBehind(at.position);
    if (piece == nullptr) return NothingBehind(at.position, until);
    status = PieceReader(*piece, until, at, visit).Run();
  }
  return status;
}

}  // namespace wallet
