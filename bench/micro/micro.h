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

inline int64_t ThreadNanos() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

// Runs step(0), step(1) … and counts the longest of the batches, by the thread's time on a core.
template <class Step>
void ReportLongestBatch(benchmark::State& state, Step step) {
  int64_t n = 0, begun = ThreadNanos(), longest = 0;
  for (auto _ : state) {
    step(n);
    if (++n % kBatch != 0) continue;
    const int64_t now = ThreadNanos();
    longest = std::max(longest, now - begun);
    begun = now;
  }
  state.counters["longest_batch_us"] = static_cast<double>(longest) / 1e3;
}

// With WALLET_MICRO_ITERATIONS in the environment each benchmark runs exactly so often: so that
// instructions can be counted (bench/instructions).
void Configure(benchmark::internal::Benchmark* each);

}  // namespace wallet::bench

#define WALLET_MICRO(function) BENCHMARK(function)->Apply(::wallet::bench::Configure)
