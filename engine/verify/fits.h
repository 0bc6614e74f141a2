// Whether an event can have happened: the ledger itself aborts on one that can't.
#pragma once

#include <string>

#include "engine/ledger/event.h"
#include "engine/ledger/ledger.h"

namespace wallet {

// Why Ledger::Apply must not be given the event, as a sentence's end; empty: it may.
std::string WhyNot(const Ledger& ledger, const Event& event);

}  // namespace wallet
