// The HTTP sessions of one listener on one I/O thread, and their timer.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "net/crowd.h"
#include "net/http/services.h"
#include "net/http/session.h"
#include "net/tcp_acceptor.h"

namespace wallet {

// All on that thread, except the constructor.
class HttpGroup : public std::enable_shared_from_this<HttpGroup> {
 public:
  explicit HttpGroup(std::shared_ptr<HttpServices> services);

  // Starts the timer.
  void Start();

  // Serves the connection, or turns it away when there are too many (max_connections).
  void Add(TcpSocket socket);

  // Drops all connections.
  void Close();

 private:
  void ScheduleTick();
  void Tick();

  const std::shared_ptr<HttpServices> services_;
  boost::asio::steady_timer timer_;
  Crowd<HttpSession> sessions_;
  bool closed_ = false;
};

}  // namespace wallet
