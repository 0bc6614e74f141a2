// Positions as clients see them: an opaque token, only ever compared by the server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wal/base/position.h"

namespace wallet {

// "<epoch>-<position in lower-case hexadecimal, no leading zeros>", e.g. "k3v7qm2a-1f4": a position
// means something only within one life of a ledger, whose epoch (8 base32 characters) it carries.
std::string FormatPositionToken(std::string_view epoch, Position position);

struct PositionToken {
  std::string_view epoch;  // into the text parsed; 8 characters, not checked further
  Position position;
  bool operator==(const PositionToken&) const = default;
};
// Exactly what FormatPositionToken writes; nullopt for anything else.
std::optional<PositionToken> ParsePositionToken(std::string_view text);

}  // namespace wallet
