// An operator: looks at the withdrawals in review, asks the bank by telephone, and decides.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/bank.h"
#include "tests/simulation/core.h"
#include "tests/simulation/memory.h"
#include "tests/simulation/network.h"

namespace wallet::simulation {

class Operator final : public Component {
 public:
  Operator(Core& core, Network& network, Process& process, const Memory& memory,
           std::vector<SimulatedBank*> banks);

  void Begin() override { Look(); }
  void Heal() override { healed_ = true; }
  bool AtRest() const override { return under_way_ == 0; }

 private:
  static constexpr int kNumber = 1000;  // as a client

  void Look();
  // Decides on one that may not be in review.
  void Guess();
  void Send(const Call& call);
  void OnReply(const Sent& sent, bool lost);
  void Decide(int64_t user, int64_t id);

  Core& core_;
  Network& network_;
  Process& process_;
  const Memory& memory_;
  const std::vector<SimulatedBank*> banks_;
  SimRandom random_;
  Network::Peer peer_;
  int64_t under_way_ = 0;
  bool healed_ = false;
};

}  // namespace wallet::simulation
