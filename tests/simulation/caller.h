// A client's connection: the client library's batching, encoding and decoding on a simulated wire.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/client/backlog.h"
#include "net/client/in_flight.h"
#include "net/proto/wallet.pb.h"
#include "tests/simulation/call.h"
#include "tests/simulation/front.h"

namespace wallet::simulation {

// Stands where net/client/connection.h stands, but never sends a call again: the simulated clients
// do, so that each try is a call of its own to the auditor.
class Caller {
 public:
  struct Owner {
    std::function<void(Sent&, Answer)> on_answer;  // has left the wallet
    std::function<void(Sent&)> on_lost;            // no answer will come
  };

  Caller(Core& core, SimRandom random, Front& front, Owner owner);

  // Whether calls can be sent.
  bool usable() const { return state_ == State::kOpen; }
  bool ended() const { return state_ == State::kEnded; }

  void Send(Sent& sent, int64_t deadline_us);
  void Flush();

  // Ways in which connections end. What was sent may be done.
  void Cut();
  void ShutdownSend();  // answers still come
  void Break();         // sends what is no frame

 private:
  enum class State : uint8_t { kOpen, kClosing, kEnded };

  void OnBytes(std::string_view bytes);
  void OnFrame(FrameKind kind, uint64_t request_id, std::string_view body);
  void OnWelcome(std::string_view body);
  void OnResponse(uint64_t request_id, std::string_view body);
  void OnEnd();
  // The wallet has ended the connection.
  void OnEndByWallet();
  bool AppendFrame(std::string& out);
  client::UnitPtr UnitOf(Sent& sent, client::SteadyTime deadline);
  void Answered(Sent& sent, Answer answer);
  template <class A>
  auto Done(Sent& sent);

  Core& core_;
  SimRandom random_;
  Owner owner_;
  State state_ = State::kOpen;
  bool welcomed_ = false;
  std::string epoch_;
  std::string input_;
  client::FrameLimits limits_;
  client::Backlog backlog_;
  client::InFlight in_flight_;
  std::map<int64_t, Sent*> open_;  // by number
  std::shared_ptr<Cable> cable_;
};

}  // namespace wallet::simulation
