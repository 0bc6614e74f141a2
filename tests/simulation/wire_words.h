// Between the model's words and the client library's.
#pragma once

#include <string>

#include "net/client/types.h"
#include "tests/simulation/call.h"

namespace wallet::simulation {

// Appends the call as one operation of a Request.
void EncodeCall(const Call& call, std::string& out);

Answer AnswerOf(const client::WriteAnswer& answer);
Answer AnswerOf(const client::BalanceAnswer& answer, const Call& call);
Answer AnswerOf(const client::TransactionAnswer& answer);
Answer AnswerOf(const client::PageAnswer& answer);

}  // namespace wallet::simulation
