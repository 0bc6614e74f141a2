// What is done about a seed that fails.
#pragma once

#include <string>

#include "tests/simulation/world.h"

namespace wallet::simulation {

// The one command that repeats it.
std::string CommandFor(const RunOptions& options);

// A shorter run of the same seed that fails, too: each try in a process of its own, since a failure
// may be an abort. The options themselves if there is none.
RunOptions Shrink(RunOptions options);

// Runs it again with its words and prints what was wrong, what led to it, and the command.
void Explain(RunOptions options);

// From now on an abort, as by a broken invariant of the wallet, prints what Explain does.
void ExplainAborts(bool shrink);

// The run under way, for the handler of aborts.
Report RunWatched(const RunOptions& options);

}  // namespace wallet::simulation
