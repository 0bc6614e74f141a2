// A blocking peer of the HTTP listener that says exactly the bytes a test tells it to.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/http_client.h"

namespace wallet {

// `headers`: whole lines.
std::string GetRequest(std::string_view target, std::string_view headers = "");
inline constexpr const char* kChunked = "Transfer-Encoding: chunked\r\n";
// With its Content-Type, but without a length.
std::string PostHead(std::string_view target, std::string_view headers);
std::string PostRequest(std::string_view target, std::string_view body,
                        std::string_view headers = "");
std::string ChargeRequest(int64_t user, int64_t amount, std::string_view key);
std::string BalanceRequestOf(int64_t user);
inline constexpr std::string_view kHealthRequest = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";

class RawHttpClient {
 public:
  static constexpr int kReceiveBuffer = 256 << 10;

  // Connects to "127.0.0.1:PORT".
  explicit RawHttpClient(const std::string& address, int receive_buffer = kReceiveBuffer);

  // False when the peer has closed. Waits while the peer takes nothing.
  bool Send(std::string_view bytes);
  // Waits for a response, also an interim one (100); status 0 at the end of the stream. `head`: it
  // answers a HEAD, and so has no body.
  HttpAnswer Receive(bool head = false);
  HttpAnswer Ask(std::string_view bytes);
  // Waits for the end of the stream; false if more comes.
  bool AtEnd();

  void ShutSending();
  void Close();
  // Drops the connection with a reset.
  void Reset();

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_{context_};
  boost::beast::flat_buffer received_;
};

}  // namespace wallet
