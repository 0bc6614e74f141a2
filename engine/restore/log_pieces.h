// The log of one ledger as several places hold it: an archive, a backup set, a data directory.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "wal/archive/segment.h"
#include "wal/base/hash.h"
#include "wal/base/position.h"

namespace wallet {

// A place in the history of a log: a position, and the hash of the record that ends there (at 0,
// the one from which the chain starts), which the next record carries.
struct LogPoint {
  Position position;
  Sha256 hash{};
};

struct LogPiece {
  std::string where;  // for messages
  Position begin;     // it holds the events behind this …
  LogPoint end;       // … up to here
  // As Log::Read.
  std::function<absl::Status(Position after, RecordVisitor visit)> read;
};

// One thread; reads as its pieces do.
class LogPieces {
 public:
  // Of two pieces that hold the same event, the one that goes on longer is read.
  void Add(LogPiece piece) { pieces_.push_back(std::move(piece)); }

  // The last event that any piece holds; 0 without pieces.
  Position end() const;

  // Visits, in order and each once, every record that holds an event behind `from` and at or before
  // `until`. A visit's error ends the read and is returned.
  //
  // kOutOfRange names positions that no piece holds; records before them may have been visited.
  // kDataLoss: damage; or a record that does not follow the one before, across pieces too, or the
  // one that ends at `from`: a piece is of another ledger or of another history of this one.
  absl::Status Read(const LogPoint& from, Position until, RecordVisitor visit) const;

 private:
  const LogPiece* PieceBehind(Position position) const;
  absl::Status NothingBehind(Position position, Position until) const;
  absl::Status CheckEnds(const LogPoint& point) const;

  std::vector<LogPiece> pieces_;
};

}  // namespace wallet
