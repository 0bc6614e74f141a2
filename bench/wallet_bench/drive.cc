#include "bench/wallet_bench/drive.h"

#include <chrono>
#include <future>
#include <limits>
#include <memory>
#include <vector>

#include "bench/wallet_bench/client_door.h"
#include "bench/wallet_bench/http_door.h"
#include "bench/wallet_bench/progress.h"
#include "wal/base/clock.h"

namespace wallet::bench {
namespace {

int64_t ToMicros(double seconds) { return static_cast<int64_t>(seconds * 1e6); }

std::unique_ptr<Door> MakeDoor(const Options& options, const Workload& workload) {
  if (options.http()) return std::make_unique<HttpDoor>(options, workload);
  return std::make_unique<ClientDoor>(options, workload);
}

// So that connecting is no part of what is measured.
void AwaitOpen(Door& door) {
  std::promise<void> open;
  door.Post([&open] { open.set_value(); });
  open.get_future().wait();
}

Quota MakeQuota(const Options& options, int64_t begin_us) {
  const int64_t measured_from_us = begin_us + ToMicros(options.warm_up_s);
  if (options.duration_s == 0) {
    return {options.transactions, measured_from_us, std::numeric_limits<int64_t>::max()};
  }
  return {0, measured_from_us, measured_from_us + ToMicros(options.duration_s)};
}

// The share of one of the threads.
RunnerOptions ShareOf(const Options& options, int64_t begin_us) {
  return {.batch = static_cast<uint32_t>(options.batch),
          .in_flight = std::max<int64_t>(1, options.in_flight / options.threads),
          .calls_per_us = options.rate / 1e6 / static_cast<double>(options.batch) /
                          static_cast<double>(options.threads),
          .begin_us = begin_us};
}

using Runners = std::vector<std::unique_ptr<Runner>>;

void StartAll(Runners& runners) {
  for (const auto& runner : runners) runner->Start();
}

void AwaitAll(Runners& runners, Progress& progress) {
  for (const auto& runner : runners) {
    const std::future<void> done = runner->done();
    while (done.wait_for(progress.period()) != std::future_status::ready) {
      uint64_t accepted = 0, refused = 0;
      for (const auto& each : runners) {
        accepted += each->counters().accepted.load(std::memory_order_relaxed);
        refused += each->counters().refused.load(std::memory_order_relaxed);
      }
      progress.Show(accepted, refused);
    }
  }
  progress.End();
}

}  // namespace

RunResult Drive(const Options& options, const Workload& workload, const std::string& what) {
  std::vector<std::unique_ptr<Door>> doors;
  for (int i = 0; i < options.threads; ++i) {
    doors.push_back(MakeDoor(options, workload));
    AwaitOpen(*doors.back());
  }
  const int64_t begin_us = SystemClock().SteadyMicros();
  Quota quota = MakeQuota(options, begin_us);
  Runners runners;
  for (const auto& door : doors) {
    const auto make = options.rate > 0 ? MakeOpenLoop : MakeClosedLoop;
    runners.push_back(make(*door, quota, ShareOf(options, begin_us)));
  }
  StartAll(runners);
  Progress progress(what, options.quiet);
  AwaitAll(runners, progress);
  doors.clear();

  RunResult result{.lost = quota.stopped()};
  for (const auto& runner : runners) {
    result.tally.Merge(runner->tally());
    result.timetable.Merge(runner->timetable());
  }
  const int64_t elapsed_us = result.tally.last_answer_us - quota.measured_from_us();
  result.seconds = std::max(0.0, static_cast<double>(elapsed_us) / 1e6);
  return result;
}

}  // namespace wallet::bench
