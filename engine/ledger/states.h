// The withdrawal's state machine: what a step does to a withdrawal. See STATES.md.
#pragma once

#include <string_view>

#include "engine/ledger/command.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/outcome.h"
#include "engine/ledger/transaction.h"

namespace wallet {

// Where a step leads. `to` equal to the present substatus: nothing changes, no event.
struct Transition {
  Outcome outcome = Outcome::kOk;
  Substatus to = Substatus::kNone;
  std::string_view code;  // of a failure or review; may be empty
  std::string_view message;
};

// `epoch`: the ledger's present one. A withdrawal of another was accepted before a restore.
Transition Decide(const OpenWithdrawal& withdrawal, const Advance& advance, Epoch epoch);

// Whether any decision leads from the one to the other: no event says anything else.
bool MayFollow(Substatus from, Substatus to);

}  // namespace wallet
