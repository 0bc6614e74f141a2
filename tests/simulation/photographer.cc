#include "tests/simulation/photographer.h"

#include "absl/strings/str_cat.h"

namespace wallet::simulation {

Photographer::Photographer(Core& core, Process& process, FileDisk& files, const Space& space)
    : core_(core),
      process_(process),
      files_(files),
      space_(space),
      random_(core.random.Fork()),
      actor_(core.scheduler.AddActor()) {}

void Photographer::Begin() {
  if (core_.knobs.snapshots.ask_us > 0) Look();
}

void Photographer::Look() {
  if (process_.up()) Ask();
  core_.scheduler.PostAfter(actor_, random_.LogRange(1, core_.knobs.snapshots.ask_us),
                            [this] { Look(); });
}

void Photographer::Ask() {
  const Position durable = process_.engine().GetHealth().position;
  process_.engine().TakeSnapshot(
      [this, durable, asked_us = core_.clock.steady_us(),
       failures = files_.Failures()](const absl::StatusOr<SnapshotTaken>& taken) {
        OnTaken(taken, durable, asked_us, failures);
      });
}

void Photographer::OnTaken(const absl::StatusOr<SnapshotTaken>& taken, Position durable,
                           int64_t asked_us, int64_t failures) {
  core_.trace.Note("photograph", {}, {static_cast<int64_t>(taken.status().code())});
  if (taken.ok() && taken->position >= durable) return;
  const bool kept = core_.knobs.snapshots.used;
  if (!kept && absl::IsFailedPrecondition(taken.status())) return;
  if (kept && absl::IsCancelled(taken.status())) return;
  const bool excused = files_.MayFail(failures) || space_.WasFullSince(asked_us);
  if (kept && !taken.ok() && excused) return;
  core_.problems.Report(
      {}, absl::StrCat("a snapshot was asked for at ", durable.value(), ": ",
                       taken.ok() ? "an older one was given" : taken.status().ToString()));
}

}  // namespace wallet::simulation
