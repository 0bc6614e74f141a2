#include "bench/wallet_bench/tally.h"

#include <algorithm>
#include <numeric>

namespace wallet::bench {
namespace {

uint64_t Sum(const auto& counts) {
  return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

// One thread writes each.
void Raise(std::atomic<uint64_t>& counter, uint64_t by) {
  counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace

uint64_t Tally::accepted() const { return Sum(accepted_by_kind); }

void Tally::Count(const Call& call, int64_t begun_us, int64_t now_us) {
  for (size_t kind = 0; kind < kKinds; ++kind) accepted_by_kind[kind] += call.accepted()[kind];
  for (const std::string& code : call.refused()) ++refused[code];
  latency_us.Add(now_us - call.start_us());
  accepted_over_time.Add(now_us - begun_us, Sum(call.accepted()));
  last_answer_us = now_us;
}

void Tally::Merge(const Tally& other) {
  for (size_t kind = 0; kind < kKinds; ++kind)
    accepted_by_kind[kind] += other.accepted_by_kind[kind];
  for (const auto& [code, count] : other.refused) refused[code] += count;
  latency_us.Merge(other.latency_us);
  accepted_over_time.Merge(other.accepted_over_time);
  last_answer_us = std::max(last_answer_us, other.last_answer_us);
}

bool IsLost(const Call& call) {
  return std::ranges::any_of(call.refused(),
                             [](const std::string& code) { return code == "unreachable"; });
}

void Publish(const Call& call, Counters& counters) {
  Raise(counters.accepted, Sum(call.accepted()));
  if (!call.refused().empty()) Raise(counters.refused, call.refused().size());
}

}  // namespace wallet::bench
