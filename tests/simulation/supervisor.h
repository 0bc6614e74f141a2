// The wallet's life: it is started, killed, stopped, and started again.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/simulation/auditor.h"
#include "tests/simulation/core.h"
#include "tests/simulation/process.h"

namespace wallet::simulation {

class Supervisor final : public Component {
 public:
  // `components` are told of starts and ends.
  Supervisor(Core& core, Process& process, Auditor& auditor, std::vector<Component*>& components);

  void Begin() override { Start(); }
  void Heal() override;
  bool AtRest() const override { return process_.up() && !ending_; }

  // The log has failed: the process ends by itself soon. From a task of the wallet.
  void OnFailure();
  // The power went, in the task that has just run.
  void OnPowerCut() { Crash(); }
  // A stop in order, then a start. Only when up.
  void Restart();

  int64_t crashes() const { return crashes_; }
  int64_t stops() const { return stops_; }
  int64_t failed_starts() const { return failed_starts_; }

 private:
  void Start();
  void OnStarted();
  void OnRefused(const absl::Status& status);
  void ScheduleEnd();
  void End();
  void Crash();
  void Stop();
  void OnStopped();
  void AfterEnd();

  Core& core_;
  Process& process_;
  Auditor& auditor_;
  std::vector<Component*>& components_;
  SimRandom random_;
  Scheduler::ActorRef actor_;
  int64_t life_ = 0;  // the number of the process
  int64_t ends_ = 0;  // that were not its own
  bool ending_ = false;
  bool accept_clock_ = false;
  bool healed_ = false;
  int64_t crashes_ = 0;
  int64_t stops_ = 0;
  int64_t failed_starts_ = 0;
};

}  // namespace wallet::simulation
