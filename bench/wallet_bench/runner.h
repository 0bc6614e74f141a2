// Runs a workload against a server in a closed loop and counts what came of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "bench/histogram.h"
#include "bench/wallet_bench/options.h"
#include "net/client/client.h"

namespace wallet {

struct BenchResult {
  int64_t accepted = 0;
  std::map<std::string, int64_t> refused;  // by code
  double seconds = 0;
  Histogram latency_us;  // of a batch, or of a single call, from its start to its answer

  double rate() const { return seconds > 0 ? static_cast<double>(accepted) / seconds : 0; }
};

// `options.in_flight` callers send charges of random users, each its next when its last was
// answered. Keys carry a random run id, so runs on one ledger do not meet. Progress goes to
// standard error when that is a terminal.
BenchResult RunCharges(client::Client& wallet, const BenchOptions& options);

}  // namespace wallet
