#include "bench/wallet_bench/server.h"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <string>
#include <thread>

namespace wallet::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Answers one request with what it was given.
class OneAnswer {
 public:
  explicit OneAnswer(std::string body)
      : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        thread_([this, body = std::move(body)] { Answer(body); }) {}
  ~OneAnswer() { thread_.join(); }

  std::string address() const {
    return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }

 private:
  void Answer(const std::string& body) {
    tcp::socket socket = acceptor_.accept();
    std::string request;
    asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n");
    asio::write(socket, asio::buffer("HTTP/1.1 200 OK\r\nContent-Length: " +
                                     std::to_string(body.size()) + "\r\n\r\n" + body));
  }

  asio::io_context context_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

absl::StatusOr<Server> Find(const std::string& address) {
  return FindServer({.workload = "http", .connect = address});
}

TEST(ServerTest, ASimulatedBankIsMeasured) {
  OneAnswer server(R"({"status":"ok","version":"9.9","bank":"sim"})");
  const auto found = Find(server.address());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->version, "9.9");
}

TEST(ServerTest, ARealBankIsNot) {
  OneAnswer server(R"({"status":"ok","version":"9.9","bank":"acme"})");
  const auto found = Find(server.address());
  EXPECT_EQ(found.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(found.status().message().find("acme"), absl::string_view::npos);
}

TEST(ServerTest, SomethingElseIsNoServer) {
  OneAnswer server("hello");
  EXPECT_EQ(Find(server.address()).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Find("nowhere").status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace wallet::bench
