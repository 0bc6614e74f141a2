// Whether seeds do the same in every process.
#pragma once

#include "tests/simulation/options.h"

namespace wallet::simulation {

// Runs the seeds in two fresh processes of this program and compares the hashes of their traces.
// True if all are the same; differences are printed.
bool CheckRepeats(const Options& options);

}  // namespace wallet::simulation
