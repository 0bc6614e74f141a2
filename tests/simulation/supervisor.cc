#include "tests/simulation/supervisor.h"

#include <algorithm>

#include "engine/stamp_clock.h"

namespace wallet::simulation {
namespace {

// "judged 60 s behind to a day ahead", told again.
bool ClockFits(Instant wall, int64_t last_stamp) {
  const int64_t ahead_us = wall.value() - last_stamp;
  return last_stamp == 0 || (ahead_us >= -60 * kSecond && ahead_us <= 86'400 * kSecond);
}

}  // namespace

Supervisor::Supervisor(Core& core, Process& process, Auditor& auditor,
                       std::vector<Component*>& components)
    : core_(core),
      process_(process),
      auditor_(auditor),
      components_(components),
      random_(core.random.Fork()),
      actor_(core.scheduler.AddActor()) {}

void Supervisor::Start() {
  const bool fits = ClockFits(core_.clock.wall(), auditor_.ledger().last_stamp());
  const absl::Status status = process_.Start(accept_clock_);
  core_.trace.Note("start", {}, {static_cast<int64_t>(status.code()), accept_clock_});
  const bool refused = absl::IsFailedPrecondition(status);
  // A flipped bit may look like a newer program's version.
  const bool damaged = absl::IsDataLoss(status) || absl::IsUnimplemented(status);
  if (process_.rotten() != damaged && !process_.disturbed(status)) {
    core_.problems.Report({}, "a start judged the log otherwise: " + status.ToString());
  }
  if ((refused && fits) || (status.ok() && !fits && !accept_clock_)) {
    core_.problems.Report({}, "a start judged the clock otherwise: " + status.ToString());
  }
  status.ok() ? OnStarted() : OnRefused(status);
}

void Supervisor::OnStarted() {
  ++life_;
  ending_ = false;
  accept_clock_ = false;
  for (Component* component : components_) component->OnOpen();
  if (!healed_) ScheduleEnd();
}

// Somebody looks at the clock, or says that it is right.
void Supervisor::OnRefused(const absl::Status& status) {
  ++failed_starts_;
  const bool excused = process_.rotten() || process_.disturbed(status);
  process_.Kill();
  const bool clock = absl::IsFailedPrecondition(status);
  if (!clock && !excused && !absl::IsUnavailable(status)) {
    core_.problems.Report({}, status.ToString());
  }
  if (clock) accept_clock_ = healed_ || random_.Chance(kAlways / 3);
  core_.scheduler.PostAfter(actor_, random_.LogRange(1, 10 * kSecond), [this] { Start(); });
}

void Supervisor::ScheduleEnd() {
  const bool at_once = random_.Chance(core_.knobs.crash.at_once);
  const int64_t delay_us =
      at_once ? random_.LogRange(1, 2'000) : random_.Range(1, core_.knobs.crash.every_us);
  core_.scheduler.PostAfter(actor_, delay_us, [this, life = life_] {
    if (life == life_ && !healed_ && !ending_ && ++ends_ <= core_.knobs.crash.most) End();
  });
}

void Supervisor::End() { random_.Chance(core_.knobs.crash.orderly) ? Stop() : Crash(); }

void Supervisor::Crash() {
  core_.trace.Note("crash", {});
  ++crashes_;
  process_.Kill();
  AfterEnd();
}

void Supervisor::OnFailure() {
  ending_ = true;
  core_.scheduler.PostAfter(actor_, random_.LogRange(1, kSecond), [this, life = life_] {
    if (life == life_ && process_.up()) Crash();
  });
}

void Supervisor::Restart() { Stop(); }

// A stop that takes too long, or is hit by a failing log, ends as a crash.
void Supervisor::Stop() {
  ending_ = true;
  core_.trace.Note("stop", {});
  process_.BeginStop(random_.LogRange(1, 20 * kSecond), [this, life = life_] {
    core_.scheduler.Post(actor_, [this, life] {
      if (life == life_ && process_.up()) OnStopped();
    });
  });
  const int64_t patience_us = healed_ ? 300 * kSecond : random_.LogRange(kSecond, 60 * kSecond);
  core_.scheduler.PostAfter(actor_, patience_us, [this, life = life_] {
    if (life == life_ && process_.up() && ending_) Crash();
  });
}

void Supervisor::OnStopped() {
  core_.trace.Note("stopped", {});
  ++stops_;
  process_.EndStop();
  AfterEnd();
}

void Supervisor::AfterEnd() {
  ++life_;
  for (Component* component : components_) component->OnEnd();
  auditor_.OnEnd();
  const int64_t down_us = healed_ ? 1 : random_.LogRange(1, core_.knobs.crash.down_us);
  core_.scheduler.PostAfter(actor_, down_us, [this] { Start(); });
}

void Supervisor::Heal() {
  healed_ = true;
  process_.Heal();
}

}  // namespace wallet::simulation
