#include "bench/wallet_bench/workload.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace wallet::bench {
namespace {

constexpr int64_t kNow = 1'700'000'000'000'000;
constexpr uint64_t kRun = 0x1234567890abcdef;
constexpr uint64_t kMany = 50'000;

std::unique_ptr<Workload> Named(const std::string& name) {
  return MakeWorkload({.workload = name, .users = 100}, kRun, kNow);
}

TEST(WorkloadTest, AnOperationFollowsFromItsNumber) {
  for (const char* name : {"charge", "withdraw", "balance", "mixed", "http"}) {
    const auto one = Named(name), other = Named(name);
    for (uint64_t number = 0; number < 1'000; ++number) {
      const Operation a = one->Make(number), b = other->Make(number);
      EXPECT_EQ(a.kind, b.kind);
      EXPECT_EQ(a.user_id, b.user_id);
      EXPECT_EQ(a.amount, b.amount);
      EXPECT_EQ(a.release_at_us, b.release_at_us);
    }
  }
}

TEST(WorkloadTest, OperationsAreValid) {
  for (const char* name : {"charge", "withdraw", "mixed"}) {
    const auto workload = Named(name);
    for (uint64_t number = 0; number < kMany; ++number) {
      const Operation operation = workload->Make(number);
      ASSERT_GE(operation.user_id, 1);
      ASSERT_LE(operation.user_id, 100);
      if (operation.kind == Kind::kBalance || operation.kind == Kind::kTransactions) continue;
      ASSERT_GE(operation.amount, 1);
      ASSERT_LE(operation.amount, 10'000);
    }
  }
}

TEST(WorkloadTest, NoKeyComesTwice) {
  std::set<std::string, std::less<>> keys;
  const auto charges = Named("charge");
  const auto funding = MakeFunding(1, kRun);
  for (uint64_t number = 0; number < kMany; ++number) {
    EXPECT_TRUE(keys.emplace(charges->Make(number).key.view()).second);
    EXPECT_TRUE(keys.emplace(funding->Make(number).key.view()).second);
    EXPECT_TRUE(keys.emplace(Key(kRun + 1, number).view()).second);
  }
}

TEST(WorkloadTest, MixedIsMixedAsItSays) {
  std::array<int, kKinds> counts{};
  const auto mixed = Named("mixed");
  for (uint64_t number = 0; number < kMany; ++number) {
    const Operation operation = mixed->Make(number);
    ++counts[static_cast<size_t>(operation.kind)];
    if (operation.kind != Kind::kCharge) continue;
    EXPECT_GT(operation.release_at_us, kNow);
    EXPECT_LE(operation.release_at_us, kNow + int64_t{3} * 3600 * 1'000'000);
  }
  const auto share = [&](Kind kind) { return counts[static_cast<size_t>(kind)] / double{kMany}; };
  EXPECT_NEAR(share(Kind::kCharge), 0.60, 0.01);
  EXPECT_NEAR(share(Kind::kBalance), 0.18, 0.01);
  EXPECT_NEAR(share(Kind::kTransactions), 0.18, 0.01);
  EXPECT_NEAR(share(Kind::kWithdraw), 0.04, 0.005);
}

TEST(WorkloadTest, FundingReachesEveryUserOnce) {
  const auto funding = MakeFunding(5, kRun);
  for (uint64_t number = 0; number < 10; ++number) {
    const Operation operation = funding->Make(number);
    EXPECT_EQ(operation.kind, Kind::kCharge);
    EXPECT_EQ(operation.user_id, static_cast<int64_t>(number) + 1);
    EXPECT_EQ(operation.amount, 5);
    EXPECT_EQ(operation.release_at_us, 0);
  }
}

TEST(WorkloadTest, WhatNeedsMoneySaysSo) {
  EXPECT_EQ(Named("charge")->funding(), 0);
  EXPECT_GT(Named("withdraw")->funding(), 0);
  EXPECT_GT(Named("mixed")->funding(), 0);
}

}  // namespace
}  // namespace wallet::bench
