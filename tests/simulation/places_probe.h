// Whether all places are free again when nothing is under way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/bank.h"
#include "tests/simulation/core.h"
#include "tests/simulation/network.h"

namespace wallet::simulation {

// Fills every place while the banks hold still, and asks for one more: a place that leaked is one
// that can't be filled, one given back twice is one too many.
class PlacesProbe final : public Component {
 public:
  PlacesProbe(Core& core, Network& network, Process& process, std::vector<SimulatedBank*> banks,
              const BankWatch& watch);

  // In a healed world at rest; its withdrawals end like all others.
  void Run();
  bool AtRest() const override { return under_way_ == 0; }

 private:
  static constexpr int kNumber = 1001;      // as a client
  static constexpr int64_t kUser = 99'999;  // nobody else's

  void Charge();
  // The next withdrawal.
  void Fill();
  void OnFilled(const Sent& sent, bool lost);
  void Judge();
  // `then` runs with an answer other than `overloaded`.
  void Send(bool withdraw, int64_t amount, int64_t number, Network::Reply then);

  Core& core_;
  Network& network_;
  Process& process_;
  const std::vector<SimulatedBank*> banks_;
  const BankWatch& watch_;
  Network::Peer peer_;
  int64_t under_way_ = 0;
  int64_t begun_us_ = 0;
  int64_t places_ = 0;
  int64_t accepted_ = 0;
};

}  // namespace wallet::simulation
