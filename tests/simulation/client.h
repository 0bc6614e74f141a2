// A client: sends, waits, and tries again with the same key.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/simulation/core.h"
#include "tests/simulation/memory.h"
#include "tests/simulation/network.h"
#include "tests/simulation/workload.h"

namespace wallet::simulation {

class Client final : public Component {
 public:
  Client(Core& core, Network& network, const StampOracle& stamps, Memory& memory, int number);

  void Begin() override { Think(); }
  void Heal() override { healed_ = true; }
  bool AtRest() const override { return under_way_ == 0; }

 private:
  void Think();
  void Wake();
  void Send(const std::vector<Call>& calls);
  void OnReply(const Sent& sent, bool lost);
  void Retry(const Call& call);
  // Asks again when what was charged is released.
  void AwaitRelease(const Call& charge);

  Core& core_;
  Network& network_;
  const StampOracle& stamps_;
  Memory& memory_;
  SimRandom random_;
  Workload workload_;
  Network::Peer peer_;
  int64_t under_way_ = 0;  // sent, or waiting to be sent again
  bool healed_ = false;
};

}  // namespace wallet::simulation
