// Currencies that tests name.
#pragma once

#include "engine/ledger/types.h"

namespace wallet {

inline const Currency kUsd = *Currency::Parse("USD");
inline const Currency kEur = *Currency::Parse("EUR");

}  // namespace wallet
