// What the micro-benchmarks share. Each measures one step of a write's way, for one operation.
#pragma once

#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "engine/ledger/ledger.h"
#include "engine/limits.h"
#include "wal/base/hash.h"
#include "wal/base/huge_reserve.h"
#include "wal/base/thread_executor.h"

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

// Huge pages made ready beside, as a server has them for its shards; more of them, as nothing here
// slows down who takes them. That goes first.
class ReadyMemory {
 public:
  ReadyMemory() { reserve.Prepare(kPages); }

  HugeReserve reserve{kPages, kPages, executor_};

 private:
  static constexpr size_t kPages = 4 * kReadyPages;
  ThreadExecutor executor_{"memory"};  // stopped before the reserve goes
};

// The longest of many batches, by the thread's own time on a core.
class LongestBatch {
 public:
  void End() {
    const int64_t now = Now();
    longest_ns_ = std::max(longest_ns_, now - begun_ns_);
    begun_ns_ = now;
  }
  // As a counter beside the benchmark's time.
  void Report(benchmark::State& state) const {
    state.counters["longest_batch_us"] = static_cast<double>(longest_ns_) / 1e3;
  }

 private:
  static int64_t Now() {
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
  }
  int64_t begun_ns_ = Now();
  int64_t longest_ns_ = 0;
};

// With WALLET_MICRO_ITERATIONS in the environment each benchmark runs exactly so often: so that
// instructions can be counted (bench/instructions).
void Configure(benchmark::internal::Benchmark* each);

}  // namespace wallet::bench

#define WALLET_MICRO(function) BENCHMARK(function)->Apply(::wallet::bench::Configure)
