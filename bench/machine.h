// What a measurement was made on.
#pragma once

#include <string>

namespace wallet::bench {

struct Machine {
  unsigned cores = 0;  // that this program may use
  std::string cpu;     // the model, "unknown" where the system doesn't say
  std::string build;   // of this program: "Release", "Debug" …
  bool release = false;
};

Machine ThisMachine();

}  // namespace wallet::bench
