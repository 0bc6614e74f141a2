// What must hold of every request that a parser lets pass, whichever way it came.
#pragma once

#include <string>

#include "engine/request.h"
#include "net/http/fields.h"

namespace wallet::fuzz {

// All that the operation asks for, as text: equal for equal operations only.
std::string Describe(const Operation& operation);

// Each of its fields is one that the ledger may be given; an event made of it fits the log; and
// said again by the client, in the binary protocol and over HTTP, it is the same operation. Aborts.
void CheckOperation(const Operation& operation);

// Its outcome is one for a request that can't be read, and its words can be sent: both the binary
// protocol and JSON take UTF-8 only.
void CheckRefusal(const Refusal& refusal);
void CheckRefusal(const HttpRefusal& refusal);

}  // namespace wallet::fuzz
