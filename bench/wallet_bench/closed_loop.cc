#include <deque>

#include "bench/wallet_bench/runner.h"

namespace wallet::bench {
namespace {

class ClosedLoop final : public Runner, private Call::Owner {
 public:
  ClosedLoop(Door& door, Quota& quota, const RunnerOptions& options)
      : door_(door), quota_(quota), options_(options), callers_(options.in_flight) {
    for (int64_t i = 0; i < options.in_flight; ++i)
      calls_.emplace_back(static_cast<Call::Owner&>(*this));
  }

  void Start() override {
    door_.Post([this] {
      for (Call& call : calls_) Next(call, SystemClock().SteadyMicros());
    });
  }
  std::future<void> done() override { return done_.get_future(); }
  const Tally& tally() const override { return tally_; }
  const Counters& counters() const override { return counters_; }

 private:
  // A caller's next call. With the last caller all is done: `this` may be gone.
  void Next(Call& call, int64_t now_us) {
    const Range range = quota_.Take(now_us, options_.batch);
    if (range.count == 0) {
      if (--callers_ == 0) done_.set_value();
      return;
    }
    call.Begin(range.first, range.count, now_us);
    door_.Send(call);
  }

  void OnEnded(Call& call) override {
    const int64_t now_us = SystemClock().SteadyMicros();
    if (quota_.IsMeasured(call.start_us())) tally_.Count(call, quota_.measured_from_us(), now_us);
    Publish(call, counters_);
    if (IsLost(call)) quota_.Stop();
    Next(call, now_us);
  }

  Door& door_;
  Quota& quota_;
  const RunnerOptions options_;
  std::deque<Call> calls_;
  int64_t callers_;  // that have not stopped
  Tally tally_;
  Counters counters_;
  std::promise<void> done_;
};

}  // namespace

std::unique_ptr<Runner> MakeClosedLoop(Door& door, Quota& quota, const RunnerOptions& options) {
  return std::make_unique<ClosedLoop>(door, quota, options);
}

}  // namespace wallet::bench
