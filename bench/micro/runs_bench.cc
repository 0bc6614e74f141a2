// The store of sorted runs: for one entry, for one question.

#include <array>

#include "bench/micro/micro.h"
#include "wal/runs/group_filter.h"
#include "wal/runs/run_block.h"

namespace wallet::bench {
namespace {

void WriteRunEntry(benchmark::State& state) {
  RunBlockBuilder block;
  const std::string value(26, 'v');
  uint64_t n = 0;
  for (auto _ : state) {
    ++n;
    if (block.Add({n / 4, n}, value)) continue;
    benchmark::DoNotOptimize(block.Seal(n));
    block.Clear();
  }
}

void ReadRunEntry(benchmark::State& state) {
  RunBlockBuilder builder;
  const std::string value(26, 'v');
  uint64_t entries = 0;
  while (builder.Add({entries / 4, entries}, value)) ++entries;
  const std::string bytes(builder.Seal(1));
  RunBlock block;
  uint64_t n = 0;
  for (auto _ : state) {
    if (n++ % entries == 0) benchmark::DoNotOptimize(block.Decode(bytes, 1));
  }
}

void AskFilter(benchmark::State& state) {
  constexpr uint64_t kGroups = 4'000'000;
  GroupFilterBuilder builder(kGroups);
  for (uint64_t i = 0; i < kGroups; ++i) builder.Add(Mix64(i));
  const GroupFilter filter = builder.Finish();
  std::array<uint64_t, kBatch> groups;
  uint64_t n = kGroups;
  for (auto _ : state) {
    groups[n % kBatch] = Mix64(n);
    if (++n % kBatch != 0) continue;
    std::array<bool, kBatch> may{};
    filter.MayContain(groups, may);
    benchmark::DoNotOptimize(may);
  }
}

WALLET_MICRO(WriteRunEntry);
WALLET_MICRO(ReadRunEntry);
WALLET_MICRO(AskFilter);

}  // namespace
}  // namespace wallet::bench
