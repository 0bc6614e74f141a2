// The command line.
#pragma once

#include <variant>

#include "bench/wallet_bench/options.h"

namespace wallet::bench {

// When there is nothing to run: how to exit. What there was to say has been said.
struct EarlyExit {
  int code = 0;
};

inline constexpr int kUsage = 2;

std::variant<Options, DiskOptions, EarlyExit> ParseFlags(int argc, const char* const* argv);

}  // namespace wallet::bench
