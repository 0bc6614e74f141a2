// The first phase: a ledger of so many accounts and transactions, made as clients would.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "bench/history_bench/figures.h"
#include "bench/history_bench/store.h"

namespace wallet::bench {

struct LoadOptions {
  int64_t users = 1'000'000;
  uint64_t transactions = 10'000'000;
  int batch = 500;
  int in_flight = 16;
  bool quiet = false;
};

// Charges of random users, with keys of 20 bytes; every tenth is released in 30 to 60 days, at
// midnight, so that those of an account share their instants; every fiftieth write is a withdrawal
// of what was charged before, paid at once. What was loaded before stays. Shows its progress every
// second; kInternal when a write was refused.
absl::Status Load(Store& store, const LoadOptions& options, Figures& figures);

// Bytes on the disk of each part, for each transaction there is.
void AddDisk(Store& store, Figures& figures);

}  // namespace wallet::bench
