// A blocking peer of the binary protocol that says exactly what a test tells it to.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/proto/frame.h"
#include "net/proto/wallet.pb.h"

namespace wallet {

std::string FrameOf(FrameKind kind, uint64_t request_id, std::string_view body);
std::string FrameOf(const v1::Request& request, uint64_t request_id);
std::string HelloFrame();  // of version 1

v1::Operation ChargeOf(int64_t user, int64_t amount, std::string key);
v1::Operation WithdrawOf(int64_t user, int64_t amount, std::string key);
v1::Operation BalanceOf(int64_t user);

struct ReceivedFrame {
  FrameHeader header;
  std::string body;

  // The body as the message of its kind; fails the test when it is none.
  v1::Response Response() const;
  v1::Welcome Welcome() const;
  v1::Error Goodbye() const;
};

class RawClient {
 public:
  static constexpr int kReceiveBuffer = 256 << 10;

  // Connects to "127.0.0.1:PORT" and says nothing.
  explicit RawClient(const std::string& address, int receive_buffer = kReceiveBuffer);
  // Connects and has shaken hands.
  static std::unique_ptr<RawClient> Greeted(const std::string& address,
                                            int receive_buffer = kReceiveBuffer);

  // False when the peer has closed. Waits while the peer takes nothing.
  bool Send(std::string_view bytes);
  bool Send(const v1::Request& request, uint64_t request_id);

  // Waits for a frame; nullopt at the end of the stream.
  std::optional<ReceivedFrame> Receive();
  // Waits for the whole answer to that request, its frames joined; no other frame may come between.
  v1::Response ReceiveAnswer(uint64_t request_id);
  // Waits for the end of the stream; false if a frame comes.
  bool AtEnd();

  v1::Response Ask(const v1::Request& request, uint64_t request_id = 1);
  v1::Result Ask(const v1::Operation& operation);

  void ShutSending();
  void Close();

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_{context_};
  std::string received_;
};

}  // namespace wallet
