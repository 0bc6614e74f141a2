// The medium below the index: bits of its runs are others for a while.
#pragma once

#include <cstdint>

#include "tests/simulation/core.h"
#include "tests/simulation/file_disk.h"

namespace wallet::simulation {

// Until somebody mends it, whatever needs such a run fails, or does without it; nothing is answered
// wrong, and nothing is called missing.
class IndexRot final : public Component {
 public:
  IndexRot(Core& core, FileDisk& files)
      : core_(core),
        files_(files),
        random_(core.random.Fork()),
        actor_(core.scheduler.AddActor()) {}

  void Begin() override {
    if (core_.knobs.index.used && core_.knobs.index_rot > 0) Look();
  }
  void Heal() override {
    healed_ = true;
    files_.MendIndex();
  }

 private:
  static constexpr int64_t kMostRottenUs = 30 * kMicrosPerSecond;

  void Look() {
    if (healed_) return;
    if (random_.Chance(core_.knobs.index_rot)) {
      files_.RotIndex(random_);
      core_.scheduler.PostAfter(actor_, random_.LogRange(1000, kMostRottenUs),
                                [this] { files_.MendIndex(); });
    }
    core_.scheduler.PostAfter(actor_, kMicrosPerSecond, [this] { Look(); });
  }

  Core& core_;
  FileDisk& files_;
  SimRandom random_;
  Scheduler::ActorRef actor_;
  bool healed_ = false;
};

}  // namespace wallet::simulation
