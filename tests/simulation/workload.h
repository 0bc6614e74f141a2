// What clients ask for.
#pragma once

#include <cstdint>
#include <string>

#include "tests/simulation/core.h"
#include "tests/simulation/memory.h"
#include "tests/simulation/stamp_oracle.h"

namespace wallet::simulation {

// One client's requests: keys are its own, users and their money are shared with others.
class Workload {
 public:
  Workload(const ClientKnobs& knobs, const StampOracle& stamps, Memory& memory, SimRandom random,
           int client)
      : knobs_(knobs), stamps_(stamps), memory_(memory), random_(random), client_(client) {}

  // The next one; also told to the memory.
  Call Next();
  // About what has just been released: a look, or the attempt to have it all.
  Call AtRelease(const Call& charge);

 private:
  Call Draw();
  Call Charge();
  Call Withdraw();
  Call Read();
  void DrawInstant(Call& call);
  Call Repeat();
  model::Query DrawQuery(int64_t user);
  int64_t DrawUser();
  std::string DrawCurrency();
  std::string NewKey();
  int64_t Huge();
  int64_t ReleaseAt();
  std::optional<std::string> Words(Ppm ppm);

  const ClientKnobs& knobs_;
  const StampOracle& stamps_;
  Memory& memory_;
  SimRandom random_;
  const int client_;
  int64_t keys_ = 0;
};

}  // namespace wallet::simulation
