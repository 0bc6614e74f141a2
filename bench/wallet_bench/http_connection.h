// One keep-alive connection of the HTTP workload.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "bench/wallet_bench/call.h"
#include "bench/wallet_bench/http_answer.h"

namespace wallet::bench {

// Lives on the thread of `context`.
class HttpConnection {
 public:
  // `address` is ADDR:PORT; `on_idle` runs before its call ends.
  HttpConnection(boost::asio::io_context& context, std::string address,
                 absl::AnyInvocable<void(HttpConnection&)> on_idle);

  // Blocks; the server is on this machine. False: there is no connection.
  bool Connect();

  // While idle. Connects if need be.
  void Send(const Operation& charge, Call& call);

 private:
  using tcp = boost::asio::ip::tcp;
  using Error = boost::system::error_code;

  void Write();
  void Read();
  void OnRead(Error error, size_t size);
  void Finish();
  void Fail(const char* code);
  Call& Idle();

  tcp::socket socket_;
  const std::string address_;
  absl::AnyInvocable<void(HttpConnection&)> on_idle_;
  Call* call_ = nullptr;  // nullptr: idle
  std::string request_;
  std::array<char, 16 << 10> input_;
  size_t input_size_ = 0;
  std::optional<HttpAnswer> answer_;
};

}  // namespace wallet::bench
