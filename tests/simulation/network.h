// The way between clients and the wallet, and back.
//
// In some worlds calls go over connections, by way of the client library's encoding and the
// wallet's sessions (caller.h, front.h); in the others straight to the engine, which is quicker and
// sees each answer the moment it is given.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "tests/simulation/auditor.h"
#include "tests/simulation/caller.h"
#include "tests/simulation/core.h"
#include "tests/simulation/front.h"
#include "tests/simulation/process.h"
#include "tests/simulation/space.h"

namespace wallet::simulation {

class Network final : public Component {
 public:
  struct Peer {
    int client = 0;
    Scheduler::ActorRef actor;
  };
  // In a task of the peer's actor, exactly once for each call: the answer is in `sent`, or `lost`:
  // the peer does not know what became of it.
  using Reply = std::function<void(const Sent& sent, bool lost)>;

  Network(Core& core, Process& process, Auditor& auditor, const Space& space);

  // The calls of one shard, or over a connection, go as one batch, in order.
  void Send(const Peer& peer, const std::vector<Call>& calls, int64_t deadline_us, Reply reply);

  void OnOpen() override;
  void OnEnd() override;
  void Heal() override;
  bool AtRest() const override { return exchanges_.empty(); }

 private:
  class Batch;
  struct Exchange {
    Sent* sent;
    Peer peer;
    Reply reply;
  };
  // A call in healed times is answered within.
  static constexpr int64_t kMostWaitUs = 30 * kMicrosPerSecond;

  // A client's present connection.
  struct Line {
    int64_t number = 0;
    std::unique_ptr<Caller> caller;
  };

  void SendStraight(const Peer& peer, const std::vector<Call>& calls, int64_t deadline_us,
                    const Reply& reply);
  void SendOverWire(const Peer& peer, const std::vector<Call>& calls, int64_t deadline_us,
                    const Reply& reply);
  Line& Connect(const Peer& peer);
  // The connection may end in one of many ways.
  void Endanger(const Peer& peer, int64_t line);
  void EndLine(const Peer& peer, int64_t line);
  int ShardOf(const Call& call);
  void Refuse(const Peer& peer, const Call& call, Reply reply);
  Sent& Register(const Peer& peer, const Call& call, int64_t connection, int64_t deadline_us,
                 Reply reply);
  void OnAnswer(Sent& sent, Answer answer);
  void OnAbandoned(Sent& sent);
  void Deliver(int64_t number);
  void GiveUp(int64_t number, int64_t after_us);
  void Tell(int64_t number, bool lost);

  Core& core_;
  Process& process_;
  Auditor& auditor_;
  const Space& space_;
  SimRandom random_;
  ClientKnobs knobs_;
  WireKnobs& wire_;
  std::unique_ptr<Front> front_;
  std::map<int, Line> lines_;                 // by client
  std::vector<std::unique_ptr<Caller>> old_;  // connections that are ending
  int64_t next_line_ = 1;
  std::map<int64_t, Exchange> exchanges_;  // the peer was not told yet
  std::map<int64_t, Sent*> at_wallet_;     // the wallet has not answered yet
  int64_t healed_us_ = INT64_MAX;
};

}  // namespace wallet::simulation
