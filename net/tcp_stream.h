// A Stream over a TCP socket.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include "net/stream.h"
#include "net/tcp_acceptor.h"
#include "net/write_last.h"

namespace wallet {

class TcpStream final : public Stream {
 public:
  explicit TcpStream(TcpSocket socket) : socket_(std::move(socket)) {}

  void Read(std::span<char> space, Done done) override {
    socket_.async_read_some(boost::asio::buffer(space.data(), space.size()), std::move(done));
  }
  void Write(std::string_view bytes, Done done) override {
    socket_.async_write_some(boost::asio::buffer(bytes), std::move(done));
  }
  void Cancel() override {
    boost::system::error_code ignored;
    socket_.cancel(ignored);
  }
  bool ShutdownSend() override {
    boost::system::error_code error;
    socket_.shutdown(TcpSocket::shutdown_send, error);
    return !error;
  }
  void Close() override {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }
  void WriteLast(std::string_view bytes) override { wallet::WriteLast(socket_, bytes); }
  void PostAfter(int64_t delay_us, absl::AnyInvocable<void()> task) override {
    if (delay_us == 0) return boost::asio::post(socket_.get_executor(), std::move(task));
    auto timer = std::make_unique<Timer>(socket_.get_executor());
    timer->expires_after(std::chrono::microseconds(delay_us));
    Timer& waiting = *timer;
    waiting.async_wait(
        [timer = std::move(timer), task = std::move(task)](auto) mutable { task(); });
  }

 private:
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>,
                                        boost::asio::io_context::executor_type>;

  TcpSocket socket_;
};

}  // namespace wallet
