// A listening TCP socket that deals its connections out to the I/O threads.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "net/io_threads.h"

namespace wallet {

// Bound to the context of one I/O thread; without the type-erased executor of tcp::socket.
using TcpSocket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

// "HOST:PORT", "[IPv6]:PORT"; HOST may be a name, PORT is a number. kInvalidArgument if it is
// neither, kUnavailable if the name cannot be resolved.
absl::StatusOr<boost::asio::ip::tcp::endpoint> ResolveAddress(const std::string& address);

// An error of accepting (too many open files) is no end: it is tried again a moment later.
class TcpAcceptor {
 public:
  // Runs on the I/O thread `threads[index]` that owns the socket. TCP_NODELAY is set.
  using OnSocket = absl::AnyInvocable<void(size_t index, TcpSocket socket)>;

  // Errors as of ResolveAddress; kUnavailable if the address cannot be bound. Connections are
  // accepted on the first thread. The threads must outlive the acceptor.
  static absl::StatusOr<std::unique_ptr<TcpAcceptor>> Listen(const std::string& address,
                                                             std::vector<IoThread*> threads,
                                                             OnSocket on_socket);

  ~TcpAcceptor();  // as Stop

  // As bound: "127.0.0.1:41234".
  const std::string& address() const { return address_; }

  // Closes the listening socket; when it returns, no further on_socket begins on the first thread.
  // On the others one may still be on its way. Idempotent. Not from an I/O thread.
  void Stop();

 private:
  using Socket = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp,
                                                    boost::asio::io_context::executor_type>;

  TcpAcceptor(std::vector<IoThread*> threads, OnSocket on_socket);
  absl::Status Bind(const boost::asio::ip::tcp::endpoint& endpoint);
  void Accept();
  void RetryLater();
  void Dispatch(TcpSocket socket);

  const std::vector<IoThread*> threads_;
  // Shared with what is on its way to another thread.
  const std::shared_ptr<OnSocket> on_socket_;
  Socket socket_;
  boost::asio::steady_timer retry_;
  std::string address_;
  size_t next_ = 0;
  bool stopped_ = false;
};

}  // namespace wallet
