// What the micro-benchmarks share. Each measures one step of a write's way, for one operation.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "engine/ledger/ledger.h"
#include "wal/base/hash.h"

namespace wallet::bench {

// Steps that touch memory all over the place run in batches of this size, as in a shard.
inline constexpr int64_t kBatch = 512;

inline Currency Usd() { return *Currency::Parse("USD"); }

// The n-th of a fixed, mixed order of the users 1 … users.
inline UserId NthUser(int64_t n, int64_t users) {
  return UserId(
      1 + static_cast<int64_t>(Mix64(static_cast<uint64_t>(n)) % static_cast<uint64_t>(users)));
}

// 20 bytes, no two alike.
inline std::string NthKey(int64_t n) {
  std::string key = "key-0000000000000000";
  for (size_t i = key.size(); n > 0; n /= 10) key[--i] = static_cast<char>('0' + n % 10);
  return key;
}

// With WALLET_MICRO_ITERATIONS in the environment each benchmark runs exactly so often: so that
// instructions can be counted (bench/instructions).
void Configure(benchmark::internal::Benchmark* each);

}  // namespace wallet::bench

#define WALLET_MICRO(function) BENCHMARK(function)->Apply(::wallet::bench::Configure)
