// One run: a workload through as many doors as there are client threads.
#pragma once

#include <string>

#include "bench/wallet_bench/options.h"
#include "bench/wallet_bench/runner.h"
#include "bench/wallet_bench/workload.h"

namespace wallet::bench {

struct RunResult {
  Tally tally;
  Timetable timetable;  // of an open loop
  double seconds = 0;   // from the end of the warm-up to the last answer
  bool lost = false;    // the server went away: nothing was sent from then on

  double rate() const { return seconds > 0 ? static_cast<double>(tally.accepted()) / seconds : 0; }
};

// Blocks until all is answered. Progress goes to standard error under the name of `what`, unless
// the options say otherwise.
RunResult Drive(const Options& options, const Workload& workload, const std::string& what);

}  // namespace wallet::bench
