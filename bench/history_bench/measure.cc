#include "bench/history_bench/measure.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bench/history_bench/resources.h"
#include "bench/history_bench/traffic.h"
#include "wal/base/clock.h"
#include "wal/base/hash.h"
#include "wal/base/random.h"

namespace wallet::bench {
namespace {

constexpr int kReadsInABatch = 1'000;
constexpr int kBatchesInFlight = 8;
constexpr int kPagesBetweenDrops = 100;
constexpr int64_t kSmallUsers = 100'000;
constexpr int kWritesInABatch = 100;
constexpr int kPageLimit = 10;

int64_t NowUs() { return SystemClock().SteadyMicros(); }

class Measuring {
 public:
  Measuring(Store& store, const MeasureOptions& options, Figures& figures)
      : store_(store), options_(options), figures_(figures) {}

  absl::Status Run() {
    AtStart();
    if (Wanted("pages")) {
      ColdPages();
      WarmPages();
    }
    if (Wanted("keys")) NeverSeenKeys();
    if (Wanted("balances")) {
      Balances("balance.all", options_.users);
      Balances("balance.small", std::min(kSmallUsers, options_.users));
    }
    return Wanted("writes") ? Writes() : absl::OkStatus();
  }

 private:
  bool Wanted(std::string_view part) const {
    return options_.only.empty() || std::ranges::count(options_.only, part) > 0;
  }

  void AtStart() {
    const Recovery& recovery = store_.engine().recovery();
    figures_.Add("start.seconds", store_.start_seconds(), "s", "from nothing to serving");
    figures_.Add("start.replayed", static_cast<double>(recovery.replayed), "",
                 "events of the log, behind the snapshot");
    figures_.Add("ledger.accounts", static_cast<double>(recovery.accounts), "", "");
    figures_.Add("ledger.transactions", static_cast<double>(recovery.transactions), "", "");
    figures_.Add("memory.rest", Mega(ResidentBytes()), "MB", "resident, after the start");
  }

  UserId RandomUser(int64_t users) {
    random_ = Mix64(random_);
    return UserId(1 + static_cast<int64_t>(random_ % static_cast<uint64_t>(users)));
  }

  // One page of a random user, newest first, alone; its latency.
  int64_t Page(Traffic& traffic) {
    const UserId user = RandomUser(options_.users);
    auto batch = traffic.Take();
    batch->operations.emplace_back(ListTransactions{.user = user, .limit = kPageLimit});
    const int64_t begun = NowUs();
    traffic.Submit(store_.engine().ShardOf(user), std::move(batch));
    batch = traffic.Take();  // waits for its answer
    const int64_t took = NowUs() - begun;
    traffic.GiveBack(std::move(batch));
    return took;
  }

  void Pages(const char* name, int count, bool cold) {
    Traffic traffic(store_.engine(), 1);
    Histogram latency;
    bool dropped = true;
    for (int i = 0; i < count; ++i) {
      if (cold && i % kPagesBetweenDrops == 0) {
        dropped &= DropPageCache(store_.directory().path());
      }
      latency.Add(Page(traffic));
    }
    const std::string what = !cold     ? "random page of ten"
                             : dropped ? "the same, page cache emptied"
                                       : "CACHE NOT EMPTIED";
    figures_.Add(std::string(name) + "_p50", Millis(latency.Percentile(0.5)), "ms", what);
    figures_.Add(std::string(name) + "_p99", Millis(latency.Percentile(0.99)), "ms", what);
  }
  void ColdPages() { Pages("page.cold", options_.cold_pages, true); }
  void WarmPages() {
    // Once over, so that what is asked for is in the page cache as it would be.
    Traffic traffic(store_.engine(), 1);
    for (int i = 0; i < options_.pages; ++i) Page(traffic);
    traffic.Finish();
    Pages("page.warm", options_.pages, false);
  }

  // What a write with a new key asks the index, in batches as a shard does it.
  void NeverSeenKeys() {
    const IndexReader index = store_.index().reader();
    std::vector<Key> keys(kReadsInABatch);
    std::vector<UserId> users(kReadsInABatch);
    std::vector<uint64_t> hashes(kReadsInABatch);
    uint64_t asked = 0, maybe = 0;
    int64_t took_us = 0;
    while (asked < options_.reads) {
      for (Key& key : keys) WriteKey(run_, ++asked, key);
      for (UserId& user : users) user = RandomUser(options_.users);
      const int64_t begun = ThreadMicros();
      for (size_t i = 0; i < keys.size(); ++i) {
        hashes[i] = index.KeyHash(users[i], {keys[i].data(), keys[i].size()});
      }
      std::array<bool, kReadsInABatch> may{};
      index.MayHaveKeys(hashes, may);
      maybe += static_cast<uint64_t>(std::ranges::count(may, true));
      took_us += ThreadMicros() - begun;
    }
    figures_.Add("key.never_seen", 1e3 * static_cast<double>(took_us) / static_cast<double>(asked),
                 "ns", "processor time to hash a new key and ask the index's filters for it");
    figures_.Add("key.false_yes", 1e6 * static_cast<double>(maybe) / static_cast<double>(asked),
                 "ppm", "of these that must be looked for on the disk");
    figures_.Add("key.runs", static_cast<double>(index.view().runs(kKeyRuns).size()), "",
                 "that have a filter");
    figures_.Add("index.runs", static_cast<double>(index.view().FileNames().size()), "", "files");
  }

  // What a shard spends on the balance of a random user among so many.
  void Balances(const char* name, int64_t users) {
    store_.pieces().Take();
    Traffic traffic(store_.engine(), kBatchesInFlight);
    std::vector<std::unique_ptr<TrafficBatch>> open;
    const int shards = store_.engine().shard_count();
    const int64_t begun = NowUs();
    uint64_t asked = 0;
    const Currency currency = store_.engine().default_currency();
    while (asked < options_.reads) {
      for (int shard = 0; shard < shards; ++shard) open.push_back(traffic.Take());
      for (int i = 0; i < kReadsInABatch; ++i, ++asked) {
        const UserId user = RandomUser(users);
        open[static_cast<size_t>(store_.engine().ShardOf(user))]->operations.emplace_back(
            ReadBalance{user, currency});
      }
      for (int shard = 0; shard < shards; ++shard) {
        traffic.Submit(shard, std::move(open[static_cast<size_t>(shard)]));
      }
      open.clear();
    }
    traffic.Finish();
    const Histogram pieces = store_.pieces().Take().cpu_us;
    figures_.Add(std::string(name),
                 1e3 * static_cast<double>(pieces.Percentile(0.5)) / (kReadsInABatch / shards),
                 "ns",
                 "a shard's processor time for the balance of one of " + std::to_string(users));
    figures_.Add(std::string(name) + "_rate",
                 static_cast<double>(asked) / SecondsOf(NowUs() - begun), "/s",
                 "the same, as a rate");
  }

  // Charges at a steady rate until told, in batches; their latency counts from when they were due.
  Histogram WriteUntil(const std::function<bool(int64_t elapsed_us)>& enough) {
    Traffic traffic(store_.engine(), 64);
    const int64_t begun = NowUs();
    const double batch_us = kMicrosPerSecond * kWritesInABatch / options_.write_rate;
    for (int64_t n = 0; !enough(NowUs() - begun); ++n) {
      const auto due = begun + static_cast<int64_t>(static_cast<double>(n) * batch_us);
      while (NowUs() < due) std::this_thread::sleep_for(std::chrono::microseconds(50));
      auto batch = traffic.Take();
      const UserId first = RandomUser(options_.users);
      const int shard = store_.engine().ShardOf(first);
      batch->keys.resize(kWritesInABatch);
      for (Key& key : batch->keys) {
        UserId user = first;
        do user = RandomUser(options_.users);
        while (store_.engine().ShardOf(user) != shard);
        WriteKey(run_, ++written_, key);
        batch->operations.emplace_back(Charge{.user = user,
                                              .currency = store_.engine().default_currency(),
                                              .amount = Amount(100),
                                              .key = {key.data(), key.size()}});
      }
      traffic.SubmitDue(shard, std::move(batch), due);
    }
    return traffic.Finish().latency_us;
  }

  absl::Status Writes() {
    const auto limit = static_cast<int64_t>(options_.write_seconds * kMicrosPerSecond);
    const Histogram without = WriteUntil([&](int64_t elapsed) { return elapsed >= limit; });
    PeakMemory memory;
    auto taken = std::async(std::launch::async, [&] { return store_.TakeSnapshot(); });
    const Histogram with = WriteUntil([&](int64_t) {
      return taken.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    });
    const absl::StatusOr<SnapshotTaken> snapshot = taken.get();
    if (!snapshot.ok()) return snapshot.status();
    for (const auto& [name, latency] :
         {std::pair("write.alone", without), std::pair("write.snapshot", with)}) {
      for (const auto& [suffix, share] : {std::pair("_p50", 0.5), std::pair("_p99", 0.99)}) {
        figures_.Add(std::string(name) + suffix, Millis(latency.Percentile(share)), "ms",
                     "a batch of 100 charges, from when it was due");
      }
    }
    figures_.Add("write.snapshot_batches", static_cast<double>(with.total()), "",
                 "that these percentiles are of");
    figures_.Add("write.p99_ratio",
                 static_cast<double>(with.Percentile(0.99)) /
                     static_cast<double>(std::max<int64_t>(1, without.Percentile(0.99))),
                 "x", "during a snapshot, of without");
    figures_.Add("snapshot.seconds", SecondsOf(snapshot->elapsed_us), "s",
                 "to take one, with writes");
    figures_.Add("snapshot.size", Mega(snapshot->bytes), "MB", "");
    figures_.Add("memory.snapshot", Mega(memory.bytes()), "MB", "resident at most, during it");
    return absl::OkStatus();
  }

  Store& store_;
  const MeasureOptions& options_;
  Figures& figures_;
  uint64_t random_ = SystemRandom().Next();
  const uint64_t run_ = SystemRandom().Next();
  uint64_t written_ = 0;
};

}  // namespace

absl::Status Measure(Store& store, const MeasureOptions& options, Figures& figures) {
  return Measuring(store, options, figures).Run();
}

}  // namespace wallet::bench
