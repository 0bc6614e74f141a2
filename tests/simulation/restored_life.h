// The wallet's life after a restore, beside banks that remember the one before.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "tests/simulation/bank.h"
#include "tests/simulation/bank_watch.h"
#include "tests/simulation/core.h"
#include "tests/simulation/fact.h"
#include "tests/simulation/sim_log.h"

namespace wallet::simulation {

// What a restore to an earlier position makes of a ledger without an index: the log up to there,
// under a new epoch, with the bank paused. First nothing may reach the bank, whatever clients ask
// for; then it is resumed, and what was open is asked about and never sent. In the end no
// withdrawal was paid twice or with two amounts, in either life, and each outcome is the bank's.
class RestoredLife {
 public:
  // The process of the life before has ended. `step` runs one task of the world.
  RestoredLife(Core& core, const LogDisk& before, const Clock& clock,
               std::vector<SimulatedBank*> banks, std::function<void()> step);
  ~RestoredLife();

  void Run();

 private:
  class Write;
  using Name = std::pair<int64_t, int64_t>;  // user and id
  struct Withdrawal {
    std::string reference;
    model::Request request;
    std::string substatus = "queued";
    std::string bank;            // of the last attempt
    bool of_old = false;         // accepted in the life before
    bool was_in_review = false;  // when the life began
  };

  bool Open(bool paused);
  void End();
  void Ask();
  void Pass(int64_t us);
  bool AtRest() const;
  void OnDurable();
  void OnFact(const Fact& fact);
  void Judge();
  void JudgeOne(const Withdrawal& withdrawal) const;

  Core& core_;
  const Clock& clock_;
  const std::vector<SimulatedBank*> banks_;
  const std::function<void()> step_;
  SimRandom random_;
  SimRandom engine_random_;
  LogDisk disk_;
  BankWatch watch_;
  FactReader reader_;
  SimulatedBank* bank_;
  std::set<int64_t> users_;
  std::map<Name, Withdrawal> withdrawals_;
  int64_t asked_ = 0;
  bool began_ = false;
  std::unique_ptr<SimLog> log_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace wallet::simulation
