// Somebody who makes backup sets of the running wallet, and sees what can be restored from them.
#pragma once

#include <cstdint>
#include <string>

#include "tests/simulation/auditor.h"
#include "tests/simulation/core.h"
#include "tests/simulation/file_disk.h"
#include "tests/simulation/process.h"
#include "tests/simulation/space.h"

namespace wallet::simulation {

// A set has its name once it is whole, whatever the disk did meanwhile. Of the newest one, after
// every end of the process, a restore (all of it but the writing) to the end, an earlier position
// or an instant comes to the digest that the log has there; with the archive to any position.
class BackupMaker final : public Component {
 public:
  BackupMaker(Core& core, Process& process, const LogDisk& disk, FileDisk& files,
              const Space& space, const Auditor& auditor);

  void Begin() override;
  void OnEnd() override;
  void Heal() override { healed_ = true; }

  int64_t backups() const { return backups_; }

 private:
  void Sleep();
  void Make();
  std::string PathOf(int64_t number) const;
  void CheckRestore();
  Position ArchiveEnd() const;
  // The digest of the ledger as it was at the position, from the log alone.
  Digest DigestAt(Position position) const;

  Core& core_;
  Process& process_;
  const LogDisk& disk_;
  FileDisk& files_;
  const Space& space_;
  const Auditor& auditor_;
  SimRandom random_;
  Scheduler::ActorRef actor_;
  int64_t number_ = 0;
  int64_t backups_ = 0;
  std::string newest_;               // that was made; empty: none
  Position begin_, snapshot_, end_;  // of the newest: of its log, of its snapshot, of both
  bool healed_ = false;
};

}  // namespace wallet::simulation
