// simulation: runs the wallet in simulated worlds, one a seed.
#include <malloc.h>

#include <chrono>
#include <cstdio>

#include "tests/simulation/failure.h"
#include "tests/simulation/options.h"
#include "tests/simulation/repeat.h"
#include "tests/simulation/tally.h"

namespace wallet::simulation {
namespace {

constexpr double kProgressSeconds = 5;

// Every start of a wallet takes some large blocks and gives them back soon: the system would clear
// each of their pages anew.
void KeepMemory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

RunOptions OptionsFor(const Options& options, uint64_t seed) {
  RunOptions run{.seed = seed, .calls = options.calls};
  if (options.explain) run.words = Trace::Words::kKept;
  if (options.verbose) run.words = Trace::Words::kPrinted;
  return run;
}

// False if the seed fails.
bool RunSeed(const Options& options, uint64_t seed, Tally& tally) {
  const RunOptions run = OptionsFor(options, seed);
  const Report report = RunWatched(run);
  tally.Add(report);
  if (options.hashes) std::printf("%llu %016llx\n", (long long)seed, (long long)report.hash);
  if (!report.problem) return true;
  Explain(options.shrink ? Shrink(run) : run);
  return false;
}

bool RunAll(const Options& options) {
  Tally tally;
  const Stopwatch watch;
  double next_progress = kProgressSeconds;
  bool good = true;
  for (uint64_t seed = options.first_seed; good; ++seed) {
    const double seconds = watch.seconds();
    if (options.minutes ? seconds > *options.minutes * 60 : seed > options.last_seed) break;
    good = RunSeed(options, seed, tally);
    if (options.hashes || seconds < next_progress) continue;
    next_progress = seconds + kProgressSeconds;
    tally.PrintProgress(stdout, seed, seconds);
  }
  if (!options.hashes) tally.PrintTable(stdout, watch.seconds());
  return good;
}

}  // namespace
}  // namespace wallet::simulation

int main(int argc, char** argv) {
  using namespace wallet::simulation;
  KeepMemory();
  const Parsed parsed = ParseOptions(argc, argv);
  if (parsed.exit_code) return *parsed.exit_code;
  if (parsed.options.check) return CheckRepeats(parsed.options) ? 0 : 1;
  ExplainAborts(parsed.options.shrink);
  return RunAll(parsed.options) ? 0 : 1;
}
