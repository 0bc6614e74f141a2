// Whether an answer is what the model says at the position that the answer names.
#pragma once

#include <string>

#include "tests/model/model.h"
#include "tests/simulation/call.h"
#include "tests/simulation/fact.h"

namespace wallet::simulation {

// Whether the outcome says what the state was, and so names a position.
bool SpeaksOfState(Outcome outcome);

// `wallet` is the state at the answer's position and `last` the event there. What depends on the
// time of execution (what had matured) must fit some instant between earliest_stamp and
// latest_stamp. Empty, or what is wrong.
std::string CheckAnswer(const Sent& sent, const model::Wallet& wallet, const Fact& last);

}  // namespace wallet::simulation
