// The programs that look after ledgers that nobody serves, and what such a ledger comes to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/ledger/digest.h"
#include "wal/base/position.h"

namespace wallet::crash {

using Command = std::vector<std::string>;

// A program's directory is told by its path, an archive or an earlier set that is not there by an
// empty one.
Command VerifyLedger(const std::string& directory, const std::string& archive);
Command TakeSnapshot(const std::string& directory);
Command CreateSet(const std::string& directory, const std::string& set, const std::string& earlier);
Command VerifySet(const std::string& set_or_snapshot);
// `until`: as its flag; empty: the end.
Command RestoreTo(const std::string& target, const std::string& from, const std::string& archive,
                  const std::string& until);

// Runs it; what it said if it did not end with 0, else empty.
std::string ComplaintOf(const Command& command);

// What a ledger is at a position.
struct Moment {
  Position position;
  Digest digest;
  bool operator==(const Moment&) const = default;
};
std::string Describe(const Moment& moment);

// The log, and nothing else, applied from its first event on: up to `until`, or to its end. The
// directory is locked meanwhile, and not changed but for what the log's recovery tidies up.
absl::StatusOr<Moment> Replayed(const std::string& directory, const std::string& archive,
                                std::optional<Position> until);
// As a start would load it: the newest snapshot, and the log behind it.
absl::StatusOr<Moment> Loaded(const std::string& directory);

}  // namespace wallet::crash
