// The wallet's process: the real engine on simulated time, log and bank.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/engine.h"
#include "engine/index/index_start.h"
#include "tests/simulation/auditor.h"
#include "tests/simulation/bank.h"
#include "tests/simulation/core.h"
#include "tests/simulation/file_disk.h"
#include "tests/simulation/sim_log.h"
#include "tests/simulation/space.h"
#include "tests/simulation/stamp_oracle.h"

namespace wallet::simulation {

// Each start draws its own shards, bounds and bank. What is called here is not called from a task
// of the wallet.
class Process {
 public:
  // `on_failure` runs, in a task of the wallet, when the log has failed.
  Process(Core& core, LogDisk& disk, FileDisk& files, Auditor& auditor, const Space& space,
          std::vector<SimulatedBank*> banks, std::function<void()> on_failure);
  ~Process();

  // kUnavailable: it died while recovering. kFailedPrecondition: the clock is wrong. Anything, when
  // the files are disturbed.
  absl::Status Start(bool accept_clock);
  // As kill -9, or a power cut.
  void Kill();
  // `done` runs in a task of the wallet; then End.
  void BeginStop(int64_t grace_us, std::function<void()> done);
  void EndStop();

  // Whether the last start found a damaged log.
  bool rotten() const { return rotten_; }

  // Whether a failing disk explains that a start came to this end.
  bool disturbed(const absl::Status& status) {
    const bool full = absl::IsResourceExhausted(status) && space_.full();
    return full || (!status.ok() && files_.Disturbed());
  }

  bool up() const { return engine_ != nullptr; }
  // Only while up.
  Engine& engine() { return *engine_; }
  Log& log() { return *log_; }
  std::function<std::shared_ptr<const RunView>()> index_view() {
    return [this] { return index_->runs().view(); };
  }

  const Clock& clock() const { return clock_; }
  WalletClock& wallet_clock() { return clock_; }
  // Withdrawals that may be under way.
  int64_t places() const { return places_; }

  // What the wallet would stamp now.
  const StampOracle& stamps() const { return stamps_; }

  void Heal();

 private:
  EngineOptions DrawOptions();
  SnapshotterOptions DrawSnapshots();
  // `sound`: the snapshots that nobody had damaged before the start.
  void CheckSnapshot(const std::set<Position>& sound);
  absl::Status OpenIndex();
  absl::Status OpenArchive();
  void OnTrim(const LogTrimmed& trimmed);
  std::unique_ptr<Executor> MakeExecutor(const std::string& name);
  EngineEnvironment MakeEnvironment();

  Core& core_;
  LogDisk& disk_;
  FileDisk& files_;
  Auditor& auditor_;
  const Space& space_;
  const std::vector<SimulatedBank*> banks_;
  const std::function<void()> on_failure_;
  SimRandom random_;
  SimRandom engine_random_;
  StampOracle stamps_;
  WalletClock clock_;
  std::unique_ptr<SimLog> log_;
  std::unique_ptr<Index> index_;
  std::unique_ptr<ArchiveWriter> archive_;
  std::unique_ptr<Engine> engine_;
  int64_t places_ = 0;
  bool rotten_ = false;
  bool healed_ = false;
};

}  // namespace wallet::simulation
