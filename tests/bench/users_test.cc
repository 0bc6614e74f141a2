#include "bench/wallet_bench/users.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace wallet::bench {
namespace {

constexpr int kDraws = 200'000;

std::map<int64_t, int> Drawn(const Users& users) {
  std::map<int64_t, int> counts;
  for (int i = 0; i < kDraws; ++i) {
    Draws draws(static_cast<uint64_t>(i));
    ++counts[users.Draw(draws)];
  }
  return counts;
}

TEST(UsersTest, UniformMeansAllAlike) {
  const auto counts = Drawn(Users(10, 0));
  ASSERT_EQ(counts.size(), 10u);
  EXPECT_EQ(counts.begin()->first, 1);
  EXPECT_EQ(counts.rbegin()->first, 10);
  for (const auto& [user, count] : counts) EXPECT_NEAR(count, kDraws / 10, kDraws / 100) << user;
}

TEST(UsersTest, ZipfFollowsItsLaw) {
  for (const double exponent : {0.5, 1.0, 1.3}) {
    constexpr int64_t kUsers = 1'000;
    double sum = 0;
    for (int64_t user = 1; user <= kUsers; ++user) {
      sum += std::pow(static_cast<double>(user), -exponent);
    }
    const auto counts = Drawn(Users(kUsers, exponent));
    for (const int64_t user : {1, 2, 3, 10, 100}) {
      const double expected = kDraws * std::pow(static_cast<double>(user), -exponent) / sum;
      EXPECT_NEAR(counts.at(user), expected, 5 * std::sqrt(expected)) << exponent << " " << user;
    }
  }
}

TEST(UsersTest, ZipfStaysWithinItsUsers) {
  for (const int64_t users : {int64_t{1}, int64_t{2}, int64_t{10'000'000}}) {
    const auto counts = Drawn(Users(users, 0.99));
    EXPECT_GE(counts.begin()->first, 1);
    EXPECT_LE(counts.rbegin()->first, users);
  }
}

TEST(UsersTest, TheSameSeedDrawsTheSame) {
  const Users users(1'000'000, 1.1);
  Draws first(7), second(7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(users.Draw(first), users.Draw(second));
}

}  // namespace
}  // namespace wallet::bench
