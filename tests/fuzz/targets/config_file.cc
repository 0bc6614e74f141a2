// walletd's configuration file.
#include "tests/fuzz/flags_check.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet::fuzz;
  CheckFlags({"--config", TextFile(0, View(data, size))});
  return 0;
}
