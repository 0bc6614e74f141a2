// A last look at everything, as a client would take it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/auditor.h"
#include "tests/simulation/core.h"
#include "tests/simulation/network.h"

namespace wallet::simulation {

// Asks for every key that was ever sent, accepted or refused, for all pages of all users in one
// order or another, and for all balances. Each answer is held against the model as every other one
// is; besides, the pages of a user have each of its transactions once, and their amounts come to
// its balances.
class Sweep final : public Component {
 public:
  Sweep(Core& core, Network& network, const Auditor& auditor);

  // In a healed world at rest.
  void Run();
  bool AtRest() const override { return !running_; }

 private:
  static constexpr int kNumber = 1002;        // as a client
  static constexpr int64_t kNobody = 77'777;  // a user never seen

  // What was read of a user.
  struct Read {
    std::vector<int64_t> ids;
    std::map<std::string, __int128> sums;   // of what is completed, by currency
    std::map<std::string, int64_t> totals;  // as the balances say
  };

  void AddUser(int64_t user);
  void GoOn();
  void OnReply(const Sent& sent, bool lost);
  void OnPage(const Sent& sent);
  void Judge();
  void JudgeUser(int64_t user, const Read& read) const;

  Core& core_;
  Network& network_;
  const Auditor& auditor_;
  SimRandom random_;
  Network::Peer peer_;
  bool running_ = false;
  int64_t at_once_ = 64;  // fewer where the wallet does not take so many
  int64_t under_way_ = 0;
  std::deque<Call> left_;
  std::map<int64_t, Read> read_;  // by user
};

}  // namespace wallet::simulation
