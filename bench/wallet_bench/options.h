// What wallet-bench is told.
#pragma once

#include <cstdint>
#include <string>

namespace wallet {

struct BenchOptions {
  std::string connect = "127.0.0.1:7080";
  int64_t transactions = 1'000'000;
  int64_t users = 100'000;
  int64_t batch = 1'000;  // 1: single calls, batched by the client alone
  int connections = 1;
  int64_t in_flight = 8;  // batches, or single calls, that wait for an answer at the same time
  bool json = false;
};

}  // namespace wallet
