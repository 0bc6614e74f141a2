// The room on the disk: full at times.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/simulation/core.h"
#include "tests/simulation/file_disk.h"

namespace wallet::simulation {

class Space final : public Component {
 public:
  Space(Core& core, FileDisk& files)
      : core_(core),
        files_(files),
        random_(core.random.Fork()),
        actor_(core.scheduler.AddActor()) {}

  bool full() const { return full_; }
  // At some time from then until now.
  bool WasFullSince(int64_t us) const { return full_ || last_full_us_ >= us; }
  bool WasFreeSince(int64_t us) const { return !full_ || last_free_us_ >= us; }

  void Begin() override { Look(); }
  void Heal() override {
    healed_ = true;
    Set(false);
  }

 private:
  void Look() {
    if (healed_) return;
    if (!full_ && random_.Chance(core_.knobs.space.full)) {
      Set(true);
      core_.scheduler.PostAfter(actor_, random_.LogRange(1, core_.knobs.space.full_us),
                                [this] { Set(false); });
    }
    core_.scheduler.PostAfter(actor_, kMicrosPerSecond, [this] { Look(); });
  }
  void Set(bool full) {
    (full_ ? last_full_us_ : last_free_us_) = core_.clock.steady_us();
    full_ = full;
    files_.SetFull(full);
    core_.trace.Note("disk full", {}, {full});
  }

  Core& core_;
  FileDisk& files_;
  SimRandom random_;
  Scheduler::ActorRef actor_;
  bool full_ = false;
  bool healed_ = false;
  int64_t last_full_us_ = -1;  // the end of the last time it was
  int64_t last_free_us_ = -1;
};

}  // namespace wallet::simulation
