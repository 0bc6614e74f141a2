#include "net/tcp_acceptor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <future>
#include <string>
#include <utility>
#include <vector>

namespace wallet {
namespace {

using boost::asio::ip::tcp;

TEST(ResolveAddressTest, NumbersNamesAndBrackets) {
  EXPECT_EQ(ResolveAddress("127.0.0.1:80")->port(), 80);
  EXPECT_EQ(ResolveAddress("0.0.0.0:0")->address().to_string(), "0.0.0.0");
  EXPECT_EQ(ResolveAddress("[::1]:65535")->address().to_string(), "::1");
  EXPECT_TRUE(ResolveAddress("localhost:1")->address().is_loopback());
}

TEST(ResolveAddressTest, WhatIsNoAddressIsRefusedByName) {
  for (const char* text : {"", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:http",
                           "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1: 80"}) {
    const auto endpoint = ResolveAddress(text);
    EXPECT_EQ(endpoint.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(endpoint.status().message()), ::testing::HasSubstr(text));
  }
}

TEST(TcpAcceptorTest, AnAddressInUseIsUnavailableAndNamed) {
  IoThread thread;
  auto first = TcpAcceptor::Listen("127.0.0.1:0", {&thread}, [](size_t, TcpSocket) {});
  ASSERT_TRUE(first.ok());
  auto second = TcpAcceptor::Listen((*first)->address(), {&thread}, [](size_t, TcpSocket) {});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()), ::testing::HasSubstr((*first)->address()));
}

TEST(TcpAcceptorTest, ConnectionsAreDealtOutInTurn) {
  IoThread one, two;
  std::promise<void> all;
  std::atomic<int> counts[2] = {};
  std::atomic<int> total = 0;
  auto acceptor = TcpAcceptor::Listen("127.0.0.1:0", {&one, &two}, [&](size_t index, TcpSocket) {
    ++counts[index];
    if (++total == 6) all.set_value();
  });
  ASSERT_TRUE(acceptor.ok());
  boost::asio::io_context context;
  const tcp::endpoint endpoint = *ResolveAddress((*acceptor)->address());
  std::vector<tcp::socket> peers;
  for (int i = 0; i < 6; ++i) peers.emplace_back(context).connect(endpoint);
  all.get_future().wait();
  EXPECT_EQ(counts[0], 3);
  EXPECT_EQ(counts[1], 3);
}

TEST(TcpAcceptorTest, ThePortIsFreeAfterStop) {
  IoThread thread;
  auto first = TcpAcceptor::Listen("127.0.0.1:0", {&thread}, [](size_t, TcpSocket) {});
  ASSERT_TRUE(first.ok());
  (*first)->Stop();
  (*first)->Stop();  // idempotent
  EXPECT_TRUE(TcpAcceptor::Listen((*first)->address(), {&thread}, [](size_t, TcpSocket) {}).ok());
}

}  // namespace
}  // namespace wallet
