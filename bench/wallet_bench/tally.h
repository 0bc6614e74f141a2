// What came of the calls of a run.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>

#include "bench/histogram.h"
#include "bench/timeline.h"
#include "bench/wallet_bench/call.h"

namespace wallet::bench {

// Read by the thread that shows progress; counts the warm-up too.
struct Counters {
  std::atomic<uint64_t> accepted{0};
  std::atomic<uint64_t> refused{0};
};

struct Tally {
  std::array<uint64_t, kKinds> accepted_by_kind{};
  std::map<std::string, uint64_t> refused;  // by code
  Histogram latency_us;                     // of calls
  Timeline accepted_over_time;
  int64_t last_answer_us = 0;

  uint64_t accepted() const;
  // Counts a call that has ended, as one that was measured since `begun_us`.
  void Count(const Call& call, int64_t begun_us, int64_t now_us);
  void Merge(const Tally& other);
};

// Whether the server can't be reached any more, as far as this call shows.
bool IsLost(const Call& call);

void Publish(const Call& call, Counters& counters);

}  // namespace wallet::bench
