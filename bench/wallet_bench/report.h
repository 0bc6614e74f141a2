// What is said at the end: a table, or JSON.
#pragma once

#include <string>

#include "bench/machine.h"
#include "bench/wallet_bench/drive.h"
#include "bench/wallet_bench/options.h"
#include "bench/wallet_bench/server.h"

namespace wallet::bench {

struct Report {
  const Options& options;
  const Machine machine;
  const Server server;
  const RunResult& result;
};

inline constexpr const char* kDurability = "every answer on disk first (fdatasync)";

// "batches of 1,000, 8 in flight, 1 connection, 100,000 users, closed loop"
std::string Describe(const Options& options);

// Whether an open loop sent what it was to send, when it was to send it.
bool HeldRate(const Options& options, const RunResult& result);

// In milliseconds; fraction 0 … 1.
double LatencyMs(const RunResult& result, double fraction);

std::string FormatTable(const Report& report);
// One line.
std::string FormatJson(const Report& report);

}  // namespace wallet::bench
