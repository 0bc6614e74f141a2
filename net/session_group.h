// The sessions of one listener on one I/O thread, and their timer.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "net/crowd.h"
#include "net/session.h"
#include "net/session_services.h"
#include "net/tcp_acceptor.h"

namespace wallet {

// All on that thread, except the constructor.
class SessionGroup : public std::enable_shared_from_this<SessionGroup> {
 public:
  explicit SessionGroup(std::shared_ptr<SessionServices> services);

  // Starts the timer.
  void Start();

  // Serves the connection, or turns it away when there are too many (kMaxConnections).
  void Add(TcpSocket socket);

  // Closes everything at once, with a goodbye (shutting_down) where that can be said.
  void Close();

 private:
  void ScheduleTick();
  void Tick();

  const std::shared_ptr<SessionServices> services_;
  boost::asio::steady_timer timer_;
  Crowd<Session> sessions_;
  bool closed_ = false;
};

}  // namespace wallet
