// What is said of the log when it was let go of (engine/retention/log_retention.h).
#pragma once

#include <optional>

#include "wal/base/position.h"

namespace wallet {

// The events behind `from` up to `to` are no longer in the log.
struct LogTrimmed {
  Position from;
  Position to;
  std::optional<Position> archived;  // where the archive ends, if there is one
};

}  // namespace wallet
