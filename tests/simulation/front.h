// The wallet's door: the real sessions, on simulated connections.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/engine.h"
#include "net/session.h"
#include "net/session_services.h"
#include "tests/simulation/cable.h"
#include "tests/simulation/core.h"
#include "wal/base/clock.h"

namespace wallet::simulation {

// Of one life of the process; dies with it, after its tasks and its engine. Whatever became of its
// connections, nothing of them may be left then.
class Front {
 public:
  Front(Core& core, Engine& engine, const Clock& clock);
  ~Front();

  // A client connects. Not from a task of the wallet.
  std::shared_ptr<Cable> Connect(SimRandom random, Cable::Peer peer);

 private:
  void Accept(const std::shared_ptr<Cable>& cable);
  void ScheduleTick();
  void Tick();

  Core& core_;
  std::unique_ptr<Executor> io_;
  IoThread home_;
  std::shared_ptr<SessionServices> services_;
  std::vector<std::weak_ptr<Cable>> cables_;
  std::vector<std::shared_ptr<Session>> sessions_;
  std::vector<std::weak_ptr<Session>> all_sessions_;
};

}  // namespace wallet::simulation
