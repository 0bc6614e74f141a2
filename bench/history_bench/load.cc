#include "bench/history_bench/load.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/history_bench/resources.h"
#include "bench/history_bench/traffic.h"
#include "bench/number.h"
#include "wal/base/clock.h"
#include "wal/base/hash.h"
#include "wal/base/random.h"

namespace wallet::bench {
namespace {

constexpr int64_t kDayUs = int64_t{86'400} * kMicrosPerSecond;
constexpr int64_t kFirstReleaseDays = 30;
constexpr uint64_t kReleaseDays = 30;
constexpr uint64_t kReleasedLaterIn = 10;  // one of so many
constexpr uint64_t kWithdrawalIn = 50;     // the same
// A withdrawal takes of the charge before it, which is none of those that are released later: so it
// is never refused.
static_assert((kWithdrawalIn - 2) % kReleasedLaterIn != 0 && kWithdrawalIn % kReleasedLaterIn == 0);
constexpr uint64_t kPartsOfTheLoad = 10;

class Loading {
 public:
  Loading(Store& store, const LoadOptions& options)
      : store_(store),
        options_(options),
        traffic_(store.engine(), options.in_flight),
        run_(SystemRandom().Next()),
        day_(SystemClock().Now().value() / kDayUs) {
    for (int i = 0; i < store.engine().shard_count(); ++i) open_.push_back(traffic_.Take());
  }

  absl::Status Run(Figures& figures) {
    store_.pieces().Take();
    for (uint64_t number = 0; number < options_.transactions; ++number) {
      Add(number);
      if ((number + 1) % PartSize() == 0) EndPart();
    }
    SubmitRest();
    return Report(figures);
  }

 private:
  uint64_t PartSize() const {
    return std::max<uint64_t>(1, options_.transactions / kPartsOfTheLoad);
  }

  void Add(uint64_t number) {
    const bool withdrawal = number % kWithdrawalIn == kWithdrawalIn - 1;
    const uint64_t random = Mix64((withdrawal ? number - 1 : number) * 2 + run_);
    const UserId user(1 + static_cast<int64_t>(Scaled(random, options_.users)));
    const int shard = store_.engine().ShardOf(user);
    TrafficBatch& batch = *open_[static_cast<size_t>(shard)];
    // Operations refer to keys: these must not move.
    batch.keys.resize(static_cast<size_t>(options_.batch));
    Key& key = batch.keys[batch.operations.size()];
    WriteKey(run_, number, key);
    const Amount amount(1 + static_cast<int64_t>(random % 10'000));
    if (withdrawal) {
      Fill<Withdraw>(batch, user, amount, key);
    } else {
      Charge& charge = Fill<Charge>(batch, user, amount, key);
      if (number % kReleasedLaterIn == 0) charge.release_at = ReleaseOf(random);
    }
    if (batch.operations.size() == static_cast<size_t>(options_.batch)) Submit(shard);
  }

  template <class Write>
  Write& Fill(TrafficBatch& batch, UserId user, Amount amount, const Key& key) const {
    Write& write = std::get<Write>(batch.operations.emplace_back(std::in_place_type<Write>));
    write.user = user;
    write.currency = store_.engine().default_currency();
    write.amount = amount;
    write.key = {key.data(), key.size()};
    return write;
  }

  static uint64_t Scaled(uint64_t random, int64_t bound) {
    return static_cast<uint64_t>(
        (static_cast<unsigned __int128>(random) * static_cast<unsigned __int128>(bound)) >> 64);
  }

  Instant ReleaseOf(uint64_t random) const {
    const auto days = static_cast<int64_t>(random / 7 % kReleaseDays);
    return Instant((day_ + kFirstReleaseDays + days) * kDayUs);
  }

  void Submit(int shard) {
    std::unique_ptr<TrafficBatch>& batch = open_[static_cast<size_t>(shard)];
    traffic_.Submit(shard, std::move(batch));
    batch = traffic_.Take();
    Show();
  }

  // Whatever is still open.
  void SubmitRest() {
    for (size_t shard = 0; shard < open_.size(); ++shard) {
      if (open_[shard]->operations.empty()) {
        traffic_.GiveBack(std::move(open_[shard]));
      } else {
        traffic_.Submit(static_cast<int>(shard), std::move(open_[shard]));
      }
    }
    open_.clear();
  }

  void EndPart() {
    const int64_t now = SystemClock().SteadyMicros();
    const int64_t cpu = ProcessorMicros();
    const auto size = static_cast<double>(PartSize());
    rates_.push_back(size / SecondsOf(std::max<int64_t>(now - part_us_, 1)));
    costs_us_.push_back(static_cast<double>(cpu - part_cpu_us_) / size);
    part_us_ = now;
    part_cpu_us_ = cpu;
  }

  void Show() {
    const int64_t now = SystemClock().SteadyMicros();
    if (options_.quiet || now - shown_us_ < kMicrosPerSecond) return;
    const uint64_t done = traffic_.done();
    const double rate = static_cast<double>(done - shown_) / SecondsOf(now - shown_us_);
    std::fprintf(stderr, "load: %s of %s, %s/s, %s MB resident, %lld snapshots\n",
                 Grouped(static_cast<double>(done)).c_str(),
                 Grouped(static_cast<double>(options_.transactions)).c_str(), Grouped(rate).c_str(),
                 Grouped(Mega(ResidentBytes())).c_str(),
                 static_cast<long long>(store_.engine().snapshots().taken));
    shown_ = done;
    shown_us_ = now;
  }

  absl::Status Report(Figures& figures) {
    const TrafficTally tally = traffic_.Finish();
    const double seconds = SecondsOf(SystemClock().SteadyMicros() - begun_us_);
    const PieceTally pieces = store_.pieces().Take();
    figures.Add("load.transactions", static_cast<double>(tally.done), "", "accepted and synced");
    figures.Add("load.users", static_cast<double>(options_.users), "", "drawn from at random");
    figures.Add("load.rate", static_cast<double>(tally.done) / seconds, "/s", "over all");
    if (rates_.size() >= 2) {
      figures.Add("load.rate_first", rates_.front(), "/s", "of the first tenth");
      figures.Add("load.rate_last", rates_.back(), "/s", "of the last tenth");
      figures.Add("load.rate_kept", 100 * rates_.back() / rates_.front(), "%", "last of first");
      figures.Add("load.cpu_first", costs_us_.front(), "us", "processor time of one, all threads");
      figures.Add("load.cpu_last", costs_us_.back(), "us", "the same, of the last tenth");
      figures.Add("load.cpu_kept", 100 * costs_us_.front() / costs_us_.back(), "%",
                  "first of last: the rate kept, were there nothing but the processor");
    }
    figures.Add("load.batch_p50", Millis(tally.latency_us.Percentile(0.5)), "ms", "of a batch");
    figures.Add("load.batch_p99", Millis(tally.latency_us.Percentile(0.99)), "ms", "of a batch");
    AddPieces(pieces, figures);
    figures.Add("load.memory_peak", Mega(memory_.bytes()), "MB", "resident, at most");
    figures.Add("load.snapshots", static_cast<double>(store_.engine().snapshots().taken), "",
                "taken meanwhile");
    if (tally.refused == 0) return absl::OkStatus();
    return absl::InternalError(absl::StrCat(tally.refused, " writes were refused"));
  }

  static void AddPieces(const PieceTally& pieces, Figures& figures) {
    const auto add = [&](const char* name, int64_t us, const char* what) {
      figures.Add(name, Millis(us), "ms", what);
    };
    add("load.piece_p50", pieces.own_us.Percentile(0.5), "a shard's own time at a stretch");
    add("load.piece_p99", pieces.own_us.Percentile(0.99), "the same");
    add("load.piece_longest", pieces.longest_own.own_us(), "the same");
    add("load.piece_longest_blocked", pieces.longest_own.blocked_us(), "of it, off the core");
    add("load.piece_cpu", pieces.longest_cpu.cpu_us, "the longest on a core, of all");
    figures.Add("load.piece_cpu_faults", static_cast<double>(pieces.longest_cpu.faults), "",
                "pages first touched in it");
    add("load.piece_cpu_faultless", pieces.cpu_faultless_us.Percentile(1),
        "the longest on a core that touched none");
    add("load.piece_stolen", pieces.most_stolen.stolen_us(), "the most that the host took of one");
    add("load.piece_wall", pieces.longest_wall.wall_us, "the longest by the wall's clock");
    add("load.piece_wall_waiting", pieces.longest_wall.waiting_us, "of it, ready but without core");
  }

  Store& store_;
  const LoadOptions& options_;
  PeakMemory memory_;
  Traffic traffic_;
  const uint64_t run_;
  const int64_t day_;
  std::vector<std::unique_ptr<TrafficBatch>> open_;  // by shard
  std::vector<double> rates_;                        // by part
  std::vector<double> costs_us_;                     // the same
  const int64_t begun_us_ = SystemClock().SteadyMicros();
  int64_t part_us_ = begun_us_;
  int64_t part_cpu_us_ = ProcessorMicros();
  int64_t shown_us_ = begun_us_;
  uint64_t shown_ = 0;
};

}  // namespace

absl::Status Load(Store& store, const LoadOptions& options, Figures& figures) {
  return Loading(store, options).Run(figures);
}

void AddDisk(Store& store, Figures& figures) {
  const auto transactions = static_cast<double>(std::max<uint64_t>(1, store.log().end().value()));
  const Directory& directory = store.directory();
  const auto add = [&](const char* name, const std::string& path, const char* what) {
    figures.Add(name, static_cast<double>(DiskBytes(path)) / transactions, "B", what);
  };
  add("disk.log", directory.log_path(), "on the disk, for each transaction");
  add("disk.index", directory.index_path(), "the same");
  add("disk.snapshots", directory.snapshots_path(), "the same");
  add("disk.all", directory.path(), "the same, all files");
}

}  // namespace wallet::bench
