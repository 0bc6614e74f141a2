#include "bench/wallet_bench/quota.h"

#include <gtest/gtest.h>

#include <limits>

namespace wallet::bench {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

TEST(QuotaTest, HandsOutExactlyWhatWasAsked) {
  Quota quota(25, 0, kNever);
  EXPECT_EQ(quota.Take(1, 10).first, 0u);
  EXPECT_EQ(quota.Take(1, 10).first, 10u);
  const Range last = quota.Take(1, 10);
  EXPECT_EQ(last.first, 20u);
  EXPECT_EQ(last.count, 5u);
  EXPECT_EQ(quota.Take(1, 10).count, 0u);
}

TEST(QuotaTest, TheWarmUpComesOnTop) {
  Quota quota(10, 100, kNever);
  EXPECT_EQ(quota.Take(99, 50).count, 50u);
  EXPECT_FALSE(quota.IsMeasured(99));
  EXPECT_TRUE(quota.IsMeasured(100));
  const Range measured = quota.Take(100, 50);
  EXPECT_EQ(measured.first, 50u);  // no number comes twice
  EXPECT_EQ(measured.count, 10u);
}

TEST(QuotaTest, TimeEndsIt) {
  Quota quota(0, 0, 1'000);
  EXPECT_EQ(quota.Take(999, 7).count, 7u);
  EXPECT_EQ(quota.Take(1'000, 7).count, 0u);
}

TEST(QuotaTest, NothingAfterStop) {
  Quota quota(0, 0, kNever);
  quota.Stop();
  EXPECT_EQ(quota.Take(0, 1).count, 0u);
}

}  // namespace
}  // namespace wallet::bench
