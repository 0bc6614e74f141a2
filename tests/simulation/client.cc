#include "tests/simulation/client.h"

#include <algorithm>

namespace wallet::simulation {
namespace {

// Nothing is known, or nothing was done for a reason that passes.
bool WorthRetrying(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOverloaded:
    case Outcome::kShuttingDown:
    case Outcome::kQueueFull:
    case Outcome::kStorageFull:
    case Outcome::kOutcomeUnknown:
    case Outcome::kInternal:
      return true;
    default:
      return false;
  }
}

constexpr Ppm kGivesUp = 120'000;
constexpr int64_t kLeastRetryUs = 10'000;
constexpr int64_t kMostRetryUs = 3 * kMicrosPerSecond;
constexpr int64_t kNearUs = 5 * kMicrosPerSecond;

}  // namespace

Client::Client(Core& core, Network& network, const StampOracle& stamps, Memory& memory, int number)
    : core_(core),
      network_(network),
      stamps_(stamps),
      memory_(memory),
      random_(core.random.Fork()),
      workload_(core.knobs.client, stamps, memory, random_.Fork(), number),
      peer_{number, core.scheduler.AddActor()} {}

void Client::Think() {
  const int64_t delay_us = random_.LogRange(1, core_.knobs.client.think_us);
  core_.scheduler.PostAfter(peer_.actor, delay_us, [this] { Wake(); });
}

void Client::Wake() {
  if (healed_) return;
  const int64_t room = core_.knobs.client.concurrency - under_way_;
  const int64_t most = std::min({room, core_.knobs.client.batch, memory_.calls_left()});
  std::vector<Call> calls;
  for (int64_t i = most > 0 ? random_.LogRange(1, most) : 0; i > 0; --i) {
    calls.push_back(workload_.Next());
  }
  Send(calls);
  Think();
}

void Client::Send(const std::vector<Call>& calls) {
  if (calls.empty()) return;
  int64_t deadline_us = INT64_MAX;
  if (!healed_ && random_.Chance(core_.knobs.client.deadline)) {
    deadline_us = core_.clock.steady_us() + random_.LogRange(1, kMicrosPerSecond) - 100;
  }
  under_way_ += static_cast<int64_t>(calls.size());
  for (const Call& call : calls) AwaitRelease(call);
  network_.Send(peer_, calls, deadline_us,
                [this](const Sent& sent, bool lost) { OnReply(sent, lost); });
}

void Client::OnReply(const Sent& sent, bool lost) {
  --under_way_;
  if (!lost) memory_.OnAnswer(sent);
  const bool again = lost || WorthRetrying(sent.answer.outcome);
  if (again && (healed_ || !random_.Chance(kGivesUp))) Retry(sent.call);
}

void Client::Retry(const Call& call) {
  ++under_way_;
  core_.scheduler.PostAfter(peer_.actor, random_.LogRange(kLeastRetryUs, kMostRetryUs),
                            [this, call] {
                              --under_way_;
                              Send({call});
                            });
}

void Client::AwaitRelease(const Call& charge) {
  const auto release_at = charge.request.release_at;
  if (healed_ || charge.kind != CallKind::kWrite || !release_at) return;
  const int64_t wait_us = *release_at - stamps_.Peek();
  if (wait_us <= 0 || wait_us > kNearUs) return;
  const int64_t early_us = std::min(wait_us, random_.LogRange(1, 1'000'000) - 1);
  core_.scheduler.PostAfter(peer_.actor, wait_us - early_us, [this, charge] {
    if (!healed_) Send({workload_.AtRelease(charge)});
  });
}

}  // namespace wallet::simulation
