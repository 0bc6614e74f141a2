#include "bench/wallet_bench/flags.h"

#include <gtest/gtest.h>

#include <vector>

namespace wallet::bench {
namespace {

std::variant<Options, DiskOptions, EarlyExit> Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "wallet-bench");
  return ParseFlags(static_cast<int>(arguments.size()), arguments.data());
}

Options Parsed(std::vector<const char*> arguments) {
  return std::get<Options>(Parse(std::move(arguments)));
}

TEST(FlagsTest, ChargeIsInBatchesByDefault) {
  const Options options = Parsed({"charge"});
  EXPECT_EQ(options.workload, "charge");
  EXPECT_EQ(options.connect, "127.0.0.1:7080");
  EXPECT_EQ(options.transactions, 1'000'000u);
  EXPECT_EQ(options.users, 100'000);
  EXPECT_EQ(options.batch, 1'000);
  EXPECT_EQ(options.in_flight, 8);
  EXPECT_EQ(options.connections, 1);
  EXPECT_EQ(options.rate, 0);
}

TEST(FlagsTest, SingleCallsAreManyAtATime) {
  EXPECT_EQ(Parsed({"charge", "--batch", "1"}).in_flight, 1'000);
  EXPECT_EQ(Parsed({"charge", "--batch", "1", "--in-flight", "1"}).in_flight, 1);
  EXPECT_EQ(Parsed({"mixed"}).in_flight, 1'000);
  EXPECT_EQ(Parsed({"mixed"}).users, 100);
  EXPECT_EQ(Parsed({"withdraw"}).in_flight, 100);
}

TEST(FlagsTest, AnOpenLoopHasRoom) {
  EXPECT_EQ(Parsed({"charge", "--batch", "1", "--rate", "1000"}).in_flight, 20'000);
  EXPECT_EQ(Parsed({"charge", "--rate", "1000"}).in_flight, 20);
}

TEST(FlagsTest, HttpHasACallForEveryConnection) {
  const Options options = Parsed({"http", "--connections", "10", "--threads", "3"});
  EXPECT_EQ(options.connect, "127.0.0.1:8080");
  EXPECT_EQ(options.connections, 9);
  EXPECT_EQ(options.in_flight, 9);
  EXPECT_EQ(Parsed({"http"}).in_flight, 256);
}

TEST(FlagsTest, DiskHasItsOwn) {
  const auto options = std::get<DiskOptions>(Parse({"disk", "--bytes", "99"}));
  EXPECT_EQ(options.bytes, 99);
}

TEST(FlagsTest, WhatMakesNoSenseIsRefused) {
  const std::vector<std::vector<const char*>> wrong = {
      {},
      {"charge", "--batch", "0"},
      {"charge", "--users", "0"},
      {"charge", "--duration", "1", "--transactions", "5"},
      {"http", "--batch", "2"},
      {"charge", "--colour"},
      {"disk", "--directory", "/does/not/exist"},
      {"dance"}};
  for (const auto& arguments : wrong) {
    const auto parsed = Parse(arguments);
    ASSERT_TRUE(std::holds_alternative<EarlyExit>(parsed));
    EXPECT_EQ(std::get<EarlyExit>(parsed).code, kUsage);
  }
  EXPECT_EQ(std::get<EarlyExit>(Parse({"--help"})).code, 0);
}

}  // namespace
}  // namespace wallet::bench
