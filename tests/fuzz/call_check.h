// What must hold of a call, read from whatever request.
#pragma once

#include "net/http/calls.h"

namespace wallet::fuzz {

// It is refused with words that can be answered, or asks for something that CheckOperation takes.
// Aborts.
void CheckCall(const HttpRequestView& request);

}  // namespace wallet::fuzz
