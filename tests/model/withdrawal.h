// A withdrawal's life as the contract tells it: which step may follow which.
#pragma once

#include <string>

#include "tests/model/model.h"

namespace wallet::model {

// Changes the entry by the step. Empty, or why the contract forbids it (then nothing changes).
std::string Take(Entry& entry, const Move& move);

}  // namespace wallet::model
