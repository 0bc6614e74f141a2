// Somebody who follows the ledger by its changes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/batch.h"
#include "tests/model/view.h"
#include "tests/simulation/auditor.h"
#include "tests/simulation/core.h"
#include "tests/simulation/process.h"

namespace wallet::simulation {

// Reads page by page where the last one ended, whatever process answers; sleeps too long at times,
// and then begins anew. Each change must be the next event of the log and say what the model says
// of its transaction right then; what is too old must have been let go of; and what was pieced
// together comes to what the model holds in the end.
class Follower final : public Component {
 public:
  Follower(Core& core, Process& process, const LogDisk& disk, FileDisk& files, Auditor& auditor);

  void Begin() override { Sleep(); }
  void OnEnd() override;
  void Heal() override { healed_ = true; }
  bool AtRest() const override { return after_ >= disk_.end(); }

  // Everything was followed: holds it against the model.
  void Compare();

  int64_t pages() const { return pages_; }

 private:
  class Page;
  // What was asked, and when.
  struct Asked {
    std::optional<Position> after;  // none: from the oldest that is kept
    int64_t limit = 1;
    Position begin;      // of the log
    uint64_t floor = 0;  // the highest position answered
    int64_t file_failures = 0;
  };
  struct Seen {
    Position position;
    model::Transaction transaction;
  };

  void Sleep();
  void Ask();
  void OnPage(const Asked& asked, const Result& result);
  void OnOk(const Asked& asked, const ChangesPage& page, Position position);
  void OnTooOld(const Asked& asked, Position position);
  // Holds what has come against the model, as far as that has got.
  void Check();
  void Report(Position position, const std::string& what);

  Core& core_;
  Process& process_;
  const LogDisk& disk_;
  FileDisk& files_;
  Auditor& auditor_;
  SimRandom random_;
  Scheduler::ActorRef actor_;
  Position after_;    // everything up to it was read
  Position rebased_;  // everything up to it was read anew, not followed
  std::vector<Seen> unchecked_;
  std::map<std::pair<int64_t, int64_t>, model::Transaction> pieced_;  // by user and id
  bool asking_ = false;
  bool healed_ = false;
  int64_t pages_ = 0;
};

}  // namespace wallet::simulation
