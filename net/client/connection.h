// The calls that go over one connection, whatever becomes of its sockets.
#pragma once

#include <google/protobuf/arena.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/client/backlog.h"
#include "net/client/backoff.h"
#include "net/client/client.h"
#include "net/client/in_flight.h"
#include "net/client/inbox.h"
#include "net/client/link.h"
#include "net/client/unit.h"
#include "net/client/wire_response.h"
#include "net/client/wire_result.h"

namespace wallet::client {

// Lives on the thread of `context`, where it also runs the callers' code; that may Post, and
// nothing else.
class Connection final : private Link::Owner {
 public:
  Connection(boost::asio::io_context& context, const Options& options);

  // Any thread.
  void Post(UnitPtr unit);

  // Ends every unit, and every one that is posted later. Nothing of it is left in the context when
  // that has run out of work.
  void Close();

 private:
  using Timer = boost::asio::steady_timer;
  using Error = boost::system::error_code;

  void TakePosted();
  void Accept(UnitPtr unit);

  // Link::Owner
  void OnWelcome(const v1::Welcome& welcome) override;
  void OnResponse(uint64_t request_id, std::string_view body) override;
  void OnTurn() override { Flush(); }
  void OnLost(std::string why) override;

  void KeepConnected();
  void Connect();
  void WatchConnect();
  void Drop(std::string why);
  void ReturnLost();
  void GiveUpAll(const std::string& why);

  // Sends what waits, as far as the server takes it.
  void Flush();
  bool AppendFrame();
  // False when the answer can't be one to the frame, or only as far as it was taken.
  bool Deliver(Frame& frame, const WireResponse& response);
  void Pause();
  // Sends limited_ again later, and meanwhile whatever else there is.
  void AwaitTokens();

  void WatchDeadlines();
  void Expire();

  boost::asio::io_context& context_;
  const Options options_;
  Inbox inbox_;

  std::vector<UnitPtr> taken_;
  // All units that have not ended, by deadline: every call has the same time, so in order of
  // arrival. They are owned by the runs in backlog_ and in_flight_, and unlink themselves.
  boost::intrusive::list<Unit, boost::intrusive::constant_time_size<false>> open_;
  Backlog backlog_;
  InFlight in_flight_;
  bool closed_ = false;

  std::shared_ptr<Link> link_;  // nullptr while there is none
  bool ready_ = false;          // link_ has been welcomed
  std::string epoch_;
  FrameLimits limits_;
  std::string why_ = "not connected yet";
  Timer connect_timer_;  // until the next link, or until the welcome
  bool waiting_to_connect_ = false;
  Backoff reconnect_wait_;
  SteadyTime not_before_;

  Timer pause_timer_;
  bool paused_ = false;
  Backoff refused_wait_;

  // Refused as rate_limited: a matter of its users, so nobody else waits with it.
  std::vector<Run> limited_;
  Timer limited_timer_;
  bool awaiting_tokens_ = false;
  Backoff limited_wait_;
  SteadyTime limited_sent_;  // when some of it was last sent again

  Timer deadline_timer_;
  bool watching_ = false;
  SteadyTime quiet_since_;  // the server owes answers since then, and has sent none

  std::vector<char> arena_block_;
  google::protobuf::Arena arena_;
  WireResult result_;  // being delivered
};

}  // namespace wallet::client
