// simulation: runs the wallet in simulated worlds, one a seed.
#include <malloc.h>
#include <sys/prctl.h>

#include <cstdio>

#include "tests/simulation/failure.h"
#include "tests/simulation/fleet.h"
#include "tests/simulation/options.h"
#include "tests/simulation/repeat.h"
#include "tests/simulation/stopwatch.h"
#include "tests/simulation/tally.h"

namespace wallet::simulation {
namespace {

// Every start of a wallet takes some large blocks and gives them back soon: the system would clear
// each of their pages anew. Of a huge page a simulated wallet uses some hundred bytes: all of it
// would be cleared for them.
void KeepMemory() {
  prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

bool IsForOneProcess(const Options& options) {
  const bool one = options.first_seed == options.last_seed && !options.minutes;
  return one || options.hashes || options.verbose || options.explain;
}

RunOptions OptionsFor(const Options& options, uint64_t seed) {
  RunOptions run{.seed = seed, .calls = options.calls};
  if (options.explain) run.words = Trace::Words::kKept;
  if (options.verbose) run.words = Trace::Words::kPrinted;
  return run;
}

// False if a seed fails; the others are not run then.
bool RunHere(const Options& options) {
  ExplainAborts(options.shrink);
  for (uint64_t seed = options.first_seed; seed <= options.last_seed; ++seed) {
    const RunOptions run = OptionsFor(options, seed);
    const Stopwatch watch;
    const Report report = RunWatched(run);
    if (options.hashes) std::printf("%llu %016llx\n", (long long)seed, (long long)report.hash);
    if (report.problem) {
      Explain(options.shrink ? Shrink(run) : run);
      return false;
    }
    if (options.hashes) continue;
    Tally tally;
    tally.Add(report);
    tally.PrintTable(stdout, watch.seconds());
  }
  return true;
}

}  // namespace
}  // namespace wallet::simulation

// What a sanitizer finds ends in an abort, which is explained like every other.
extern "C" const char* __asan_default_options() { return "abort_on_error=1"; }
extern "C" const char* __ubsan_default_options() { return "abort_on_error=1"; }

int main(int argc, char** argv) {
  using namespace wallet::simulation;
  KeepMemory();
  const Parsed parsed = ParseOptions(argc, argv);
  if (parsed.exit_code) return *parsed.exit_code;
  if (parsed.options.check) return CheckRepeats(parsed.options) ? 0 : 1;
  return (IsForOneProcess(parsed.options) ? RunHere : RunFleet)(parsed.options) ? 0 : 1;
}
