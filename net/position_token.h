// The position token (net/proto/position_token.h) in the engine's words.
#pragma once

#include <string>

#include "engine/ledger/types.h"
#include "net/proto/position_token.h"

namespace wallet {

inline std::string FormatPositionToken(Epoch epoch, Position position) {
  return FormatPositionToken(epoch.ToString(), position);
}

}  // namespace wallet
