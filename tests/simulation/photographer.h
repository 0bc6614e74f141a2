// Somebody who asks for snapshots.
#pragma once

#include <cstdint>

#include "tests/simulation/core.h"
#include "tests/simulation/file_disk.h"
#include "tests/simulation/process.h"
#include "tests/simulation/space.h"

namespace wallet::simulation {

// Whoever asks gets one that holds everything that was durable then, or is told why not.
class Photographer final : public Component {
 public:
  Photographer(Core& core, Process& process, FileDisk& files, const Space& space);

  void Begin() override;

 private:
  void Look();
  void Ask();
  void OnTaken(const absl::StatusOr<SnapshotTaken>& taken, Position durable, int64_t asked_us,
               int64_t failures);

  Core& core_;
  Process& process_;
  FileDisk& files_;
  const Space& space_;
  SimRandom random_;
  Scheduler::ActorRef actor_;
};

}  // namespace wallet::simulation
