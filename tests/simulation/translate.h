// Between the model's words and the engine's.
#pragma once

#include "engine/batch.h"
#include "engine/ledger/event.h"
#include "tests/model/view.h"
#include "tests/simulation/call.h"

namespace wallet::simulation {

// What a parser makes of the call; its views are the call's. Aborts on a call that is not valid.
Operation OperationOf(const Call& call);

// What the result says; the batch it belongs to must still be there.
Answer AnswerOf(const Result& result);

model::Transaction TransactionOf(const Transaction& transaction);
model::Balance BalanceOf(const Balance& balance);

// Of an event that creates a transaction, or moves a withdrawal.
model::Request RequestOf(const Event& event);
model::Move MoveOf(const Event& event);

}  // namespace wallet::simulation
