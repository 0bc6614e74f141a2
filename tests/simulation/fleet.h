// Runs a range of seeds in processes of their own, watched by one that survives them.
#pragma once

#include "tests/simulation/options.h"

namespace wallet::simulation {

// Prints progress, failures and a table. However a process ends (a failure it explained itself, a
// signal, memory that ran out, a seed that hangs) the report names its seed and the command that
// repeats it. False if a seed failed.
bool RunFleet(const Options& options);

}  // namespace wallet::simulation
