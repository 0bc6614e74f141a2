#include "tests/simulation/options.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

namespace wallet::simulation {
namespace {

// "7-12".
bool ReadRange(const std::string& text, Options& options) {
  unsigned long long first = 0, last = 0;
  int end = 0;
  if (std::sscanf(text.c_str(), "%llu-%llu%n", &first, &last, &end) != 2) return false;
  if (text[static_cast<size_t>(end)] != '\0' || first > last) return false;
  options.first_seed = first;
  options.last_seed = last;
  return true;
}

}  // namespace

Parsed ParseOptions(int argc, char** argv) {
  Parsed parsed;
  Options& options = parsed.options;
  CLI::App app("Runs the wallet in simulated worlds and holds it to its contract.");
  std::optional<uint64_t> seed;
  std::string seeds;
  app.add_option("--seed", seed, "run this one");
  app.add_option("--seeds", seeds, "run these, e.g. 1-1000");
  app.add_option("--minutes", options.minutes, "run seeds from the first on for so long");
  app.add_option("--jobs", options.jobs, "processes at a time")->check(CLI::Range(1, 256));
  app.add_option("--failures", options.most_failures, "begin no more seeds after so many failures");
  app.add_option("--calls", options.calls, "calls per seed before the world heals");
  app.add_flag("--check", options.check, "run each seed in two processes and compare the traces");
  app.add_flag("--hashes", options.hashes, "print each seed's hash of its trace, nothing else");
  app.add_flag("--verbose", options.verbose, "print every event");
  app.add_flag("--explain", options.explain, "keep the events, to print the last before a failure");
  app.add_flag("!--no-shrink", options.shrink, "do not look for a shorter run that fails");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.exit_code = app.exit(error);
    return parsed;
  }
  if (seed) options.first_seed = options.last_seed = *seed;
  if (!seeds.empty() && !ReadRange(seeds, options)) {
    std::fprintf(stderr, "--seeds takes a range such as 1-1000\n");
    parsed.exit_code = 2;
  }
  return parsed;
}

}  // namespace wallet::simulation
