#include <algorithm>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "bench/wallet_bench/runner.h"

namespace wallet::bench {
namespace {

// How long the sender sleeps at least: what falls due meanwhile is sent together.
constexpr int64_t kTickUs = 100;

class OpenLoop final : public Runner, private Call::Owner {
 public:
  OpenLoop(Door& door, Quota& quota, const RunnerOptions& options)
      : door_(door), quota_(quota), options_(options) {
    for (int64_t i = 0; i < options.in_flight; ++i)
      free_.push_back(&calls_.emplace_back(static_cast<Call::Owner&>(*this)));
    table_.first_due_us = options.begin_us;
  }
  ~OpenLoop() override {
    if (sender_.joinable()) sender_.join();
  }

  void Start() override {
    sender_ = std::thread([this] {
      SendAll();
      AwaitAll();
      done_.set_value();
    });
  }
  std::future<void> done() override { return done_.get_future(); }
  const Tally& tally() const override { return tally_; }
  Timetable timetable() const override { return table_; }
  const Counters& counters() const override { return counters_; }

 private:
  static int64_t Now() { return SystemClock().SteadyMicros(); }
  static void SleepUntil(int64_t us) {
    std::this_thread::sleep_for(std::chrono::microseconds(us - Now()));
  }

  int64_t DueUs(uint64_t call) const {
    return options_.begin_us +
           static_cast<int64_t>(static_cast<double>(call) / options_.calls_per_us);
  }

  void SendAll() {
    while (true) {
      const int64_t due_us = DueUs(table_.calls), now_us = Now();
      if (quota_.stopped() || due_us >= quota_.end_us()) return;
      if (now_us - kLateUs >= quota_.end_us()) return CountNeverSent();
      if (due_us > now_us) {
        SleepUntil(std::max(due_us, now_us + kTickUs));
      } else if (!TakeFree()) {
        table_.was_full = true;
        SleepUntil(now_us + kTickUs);
      } else if (!Send(due_us)) {
        return;
      }
    }
  }

  void CountNeverSent() {
    for (uint64_t call = table_.calls; DueUs(call) < quota_.end_us(); ++call) ++table_.never_sent;
  }

  // There is a free call. False: nothing is left to send.
  bool Send(int64_t due_us) {
    const Range range = quota_.Take(due_us, options_.batch);
    if (range.count == 0) return false;
    Call& call = *free_.back();
    free_.pop_back();
    call.Begin(range.first, range.count, due_us);
    door_.Send(call);
    ++table_.calls;
    table_.last_sent_us = Now();
    const int64_t delay_us = table_.last_sent_us - due_us;
    if (delay_us > kLateUs) ++table_.late;
    table_.longest_delay_us = std::max(table_.longest_delay_us, delay_us);
    return true;
  }

  bool TakeFree() {
    if (!free_.empty()) return true;
    std::lock_guard lock(mutex_);
    free_.swap(returned_);
    return !free_.empty();
  }

  void AwaitAll() {
    for (size_t free = free_.size(); free < calls_.size(); free += free_.size()) {
      free_.clear();
      while (!TakeFree()) SleepUntil(Now() + kTickUs);
    }
  }

  // On the door's thread.
  void OnEnded(Call& call) override {
    const int64_t now_us = Now();
    if (quota_.IsMeasured(call.start_us())) tally_.Count(call, quota_.measured_from_us(), now_us);
    Publish(call, counters_);
    if (IsLost(call)) quota_.Stop();
    std::lock_guard lock(mutex_);
    returned_.push_back(&call);
  }

  Door& door_;
  Quota& quota_;
  const RunnerOptions options_;
  std::deque<Call> calls_;
  std::vector<Call*> free_;  // the sender's, as is the timetable
  Timetable table_;
  std::mutex mutex_;
  std::vector<Call*> returned_;  // under the mutex
  Tally tally_;                  // the door's thread's
  Counters counters_;
  std::promise<void> done_;
  std::thread sender_;
};

}  // namespace

void Timetable::Merge(const Timetable& other) {
  calls += other.calls;
  late += other.late;
  never_sent += other.never_sent;
  was_full = was_full || other.was_full;
  longest_delay_us = std::max(longest_delay_us, other.longest_delay_us);
  first_due_us =
      first_due_us == 0 ? other.first_due_us : std::min(first_due_us, other.first_due_us);
  last_sent_us = std::max(last_sent_us, other.last_sent_us);
}

std::unique_ptr<Runner> MakeOpenLoop(Door& door, Quota& quota, const RunnerOptions& options) {
  return std::make_unique<OpenLoop>(door, quota, options);
}

}  // namespace wallet::bench
