// What wallet-bench is told.
#pragma once

#include <cstdint>
#include <string>

namespace wallet::bench {

struct Options {
  std::string workload;  // charge, withdraw, balance, mixed, http
  std::string connect = "127.0.0.1:7080";
  uint64_t transactions = 1'000'000;  // how many are measured; nothing beside a duration
  double duration_s = 0;              // 0: as long as `transactions` take
  double warm_up_s = 0;               // not measured, and before the rest
  int64_t users = 100'000;
  double zipf = 0;  // exponent; 0: uniform
  int64_t batch = 1;
  int connections = 1;
  // Batches, or single calls, that are under way at the same time: all the time in a closed loop,
  // at most in an open one. 0: the default that Finish fills in.
  int64_t in_flight = 0;
  int threads = 1;   // of the client
  double rate = 0;   // operations a second of an open loop; 0: closed
  bool fund = true;  // give the users money first, if the workload needs it
  bool json = false;
  bool quiet = false;
  std::string plot;  // an SVG file; empty: none

  bool http() const { return workload == "http"; }
};

// What `wallet-bench disk` is told.
struct DiskOptions {
  std::string directory = ".";
  int64_t bytes = 150;
  double duration_s = 3;
  bool json = false;
};

}  // namespace wallet::bench
