// Money of one account that is released at one instant.
#pragma once

#include "engine/ledger/types.h"

namespace wallet {

struct Lot {
  Instant release_at;
  Amount amount;
};

}  // namespace wallet
