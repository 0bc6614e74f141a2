// How a workload is driven through one door.
#pragma once

#include <cstdint>
#include <future>
#include <memory>

#include "bench/wallet_bench/door.h"
#include "bench/wallet_bench/quota.h"
#include "bench/wallet_bench/tally.h"
#include "wal/base/clock.h"

namespace wallet::bench {

// A call of an open loop that is sent later than this was not sent on time.
inline constexpr int64_t kLateUs = 10'000;

// What became of an open loop's timetable.
struct Timetable {
  uint64_t calls = 0;       // sent
  uint64_t late = 0;        // of these, sent more than kLateUs after they were due
  uint64_t never_sent = 0;  // due, but the time was over first
  bool was_full = false;    // at some time no call more was allowed under way
  int64_t longest_delay_us = 0;
  int64_t first_due_us = 0;
  int64_t last_sent_us = 0;

  void Merge(const Timetable& other);
};

// Start once. Its door must end before it does.
class Runner {
 public:
  virtual ~Runner() = default;

  virtual void Start() = 0;
  // Ready when all that was sent is answered, and nothing is left to send.
  virtual std::future<void> done() = 0;

  // When done.
  virtual const Tally& tally() const = 0;
  virtual Timetable timetable() const { return {}; }

  // At any time.
  virtual const Counters& counters() const = 0;
};

struct RunnerOptions {
  uint32_t batch = 1;
  int64_t in_flight = 1;    // calls
  double calls_per_us = 0;  // of an open loop
  int64_t begin_us = 0;     // of an open loop: when its first call is due
};

// `in_flight` callers, each of which sends its next call when its last was answered. Everything
// but `counters` happens on the door's thread. `quota` must outlive it.
std::unique_ptr<Runner> MakeClosedLoop(Door& door, Quota& quota, const RunnerOptions& options);

// Sends call n at begin + n / rate, whatever was answered, and counts latencies from that instant:
// a server that stalls is charged with every call that was due meanwhile. No more than `in_flight`
// are under way; what is due beyond that is sent, late, when there is room.
std::unique_ptr<Runner> MakeOpenLoop(Door& door, Quota& quota, const RunnerOptions& options);

}  // namespace wallet::bench
