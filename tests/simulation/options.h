// What the program is asked to do.
#pragma once

#include <cstdint>
#include <optional>

namespace wallet::simulation {

struct Options {
  uint64_t first_seed = 1;
  uint64_t last_seed = 200;
  std::optional<double> minutes;  // seeds from first_seed on until so much time has passed
  int jobs = 1;                   // processes at a time
  int most_failures = 1;          // then no more seeds are begun
  std::optional<int64_t> calls;   // per seed, instead of what it says
  bool check = false;             // each seed in two processes
  bool hashes = false;            // print each seed's hash and nothing else
  bool verbose = false;           // print every event
  bool explain = false;           // record, to print a failure's history
  bool shrink = true;
};

// What the command line says; an exit code when there is nothing to run (--help, or an error, which
// was printed).
struct Parsed {
  Options options;
  std::optional<int> exit_code;
};
Parsed ParseOptions(int argc, char** argv);

}  // namespace wallet::simulation
