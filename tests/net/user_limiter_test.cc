#include "net/user_limiter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <unordered_map>

namespace wallet {
namespace {

constexpr UserId kUser{7};
constexpr int64_t kStartUs = 1'000'000;
constexpr int64_t kSecond = 1'000'000;

// How many of `tries` at that instant are taken.
int Taken(UserLimiter& limiter, int64_t now_us, int tries, UserId user = kUser) {
  int taken = 0;
  for (int i = 0; i < tries; ++i) taken += limiter.Take(user, now_us) ? 1 : 0;
  return taken;
}

struct Step {
  int64_t after_us;  // the step before
  int tries;
  int taken;
};

struct Story {
  std::string name;
  UserRate rate;
  std::vector<Step> steps;
};

class LimiterStory : public testing::TestWithParam<Story> {};

TEST_P(LimiterStory, TakesWhatThereIs) {
  UserLimiter limiter(GetParam().rate, /*seed=*/1);
  int64_t now_us = kStartUs;
  int64_t refused = 0;
  for (const Step& step : GetParam().steps) {
    now_us += step.after_us;
    EXPECT_EQ(Taken(limiter, now_us, step.tries), step.taken) << "at " << now_us - kStartUs;
    refused += step.tries - step.taken;
  }
  EXPECT_EQ(limiter.refused(), refused);
}

INSTANTIATE_TEST_SUITE_P(
    All, LimiterStory,
    testing::Values(
        Story{"AFullBucketGivesItsBurst", {10, 3}, {{0, 5, 3}}},
        Story{"WithoutABurstItIsWhatASecondBrings", {10}, {{0, 20, 10}}},
        Story{
            "ATokenComesAtItsInstantAndNotBefore", {10, 1}, {{0, 2, 1}, {99'999, 1, 0}, {1, 2, 1}}},
        Story{"OneASecondIsTheSlowest", {1, 1}, {{0, 2, 1}, {kSecond - 1, 1, 0}, {1, 2, 1}}},
        Story{"ARefusalTakesNothing", {10, 1}, {{0, 1'000, 1}, {100'000, 2, 1}}},
        Story{"PartsOfATokenAreKept", {10, 2}, {{0, 2, 2}, {150'000, 2, 1}, {50'000, 2, 1}}},
        Story{"MoreThanFullItNeverGets", {10, 3}, {{0, 3, 3}, {3'600 * kSecond, 10, 3}}},
        Story{"HalfEmptyItFillsUp", {10, 4}, {{0, 2, 2}, {100'000, 9, 3}}},
        Story{"ABurstMayBeLargerThanTheRate", {1, 5}, {{0, 9, 5}, {2 * kSecond, 9, 2}}},
        Story{"ARateThatDoesNotDivideASecondIsNeverExceeded",
              {3, 1},
              {{0, 1, 1}, {333'333, 1, 0}, {1, 1, 1}}},
        Story{"TheLargestOfBoth",
              {kMaxUserRate, kMaxUserBurst},
              {{0, 2'000'000, 1'000'000}, {1, 2, 1}, {kSecond, 2'000'000, 1'000'000}}}),
    [](const auto& info) { return info.param.name; });

TEST(UserLimiterTest, UsersHaveBucketsOfTheirOwn) {
  UserLimiter limiter({1, 2}, 1);
  EXPECT_EQ(Taken(limiter, kStartUs, 5), 2);
  EXPECT_EQ(Taken(limiter, kStartUs, 5, UserId(8)), 2);
  EXPECT_EQ(Taken(limiter, kStartUs, 5, UserId(INT64_MAX)), 2);
}

TEST(UserLimiterTest, AUserWhoComesBackAfterASecondIsServed) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1'000; ++i) {
    UserLimiter limiter(
        {static_cast<int64_t>(1 + random() % 1'000), static_cast<int64_t>(random() % 1'000)}, 1);
    int64_t now_us = kStartUs;
    while (limiter.Take(kUser, now_us)) now_us += static_cast<int64_t>(random() % 10);
    EXPECT_TRUE(limiter.Take(kUser, now_us + kSecond));
  }
}

// Against the definition, with the times as they come.
TEST(UserLimiterTest, OverNoStretchOfTimeIsMoreTakenThanIsAllowed) {
  constexpr UserRate kRate{50, 5};
  std::mt19937_64 random(2);
  UserLimiter limiter(kRate, 1);
  std::vector<int64_t> taken;
  for (int64_t now_us = kStartUs; now_us < kStartUs + 3 * kSecond;
       now_us += static_cast<int64_t>(random() % 5'000)) {
    if (limiter.Take(kUser, now_us)) taken.push_back(now_us);
  }
  for (size_t from = 0; from < taken.size(); ++from) {
    for (size_t to = from; to < taken.size(); ++to) {
      const int64_t most = kRate.burst + (taken[to] - taken[from]) * kRate.per_second / kSecond;
      ASSERT_LE(static_cast<int64_t>(to - from + 1), most);
    }
  }
  EXPECT_GE(taken.size(), size_t{3 * kRate.per_second});
}

TEST(UserLimiterTest, InAFullTableTheEmptiestBucketsAreKept) {
  UserLimiter limiter({1, 10}, 1, /*buckets=*/4);
  EXPECT_EQ(Taken(limiter, kStartUs, 20, UserId(1)), 10);
  // Whoever else comes takes the places of one another.
  for (int64_t user = 2; user <= 1'000; ++user) {
    EXPECT_EQ(Taken(limiter, kStartUs, 1, UserId(user)), 1);
  }
  EXPECT_EQ(Taken(limiter, kStartUs, 20, UserId(1)), 0);
  EXPECT_EQ(Taken(limiter, kStartUs, 20, UserId(2)), 10);  // what it lacked is forgotten
}

TEST(UserLimiterTest, FullBucketsMakeRoomAndNothingElseIsForgotten) {
  UserLimiter limiter({1, 1}, 1, /*buckets=*/4);
  for (int64_t round = 0; round < 100; ++round) {
    const int64_t now_us = kStartUs + round * kSecond;
    for (int64_t user = 4 * round + 1; user <= 4 * round + 4; ++user) {
      EXPECT_EQ(Taken(limiter, now_us, 1, UserId(user)), 1);
    }
    for (int64_t user = 4 * round + 1; user <= 4 * round + 4; ++user) {
      EXPECT_EQ(Taken(limiter, now_us, 1, UserId(user)), 0);
    }
  }
}

struct Payment {
  std::string name;
  Operation operation;
  bool pays;
};

class LimiterPays : public testing::TestWithParam<Payment> {};

TEST_P(LimiterPays, OnlyWhatAUserAsksFor) {
  UserLimiter limiter({1, 1}, 1);
  ASSERT_TRUE(limiter.Take(kUser, kStartUs));
  EXPECT_EQ(limiter.Admit(GetParam().operation, kStartUs), !GetParam().pays);
}

Advance AdvanceOf(UserId user) {
  Advance advance;
  advance.user = user;
  return advance;
}

INSTANTIATE_TEST_SUITE_P(
    All, LimiterPays,
    testing::Values(Payment{"Charge", Charge{.user = kUser}, true},
                    Payment{"Withdraw", Withdraw{.user = kUser}, true},
                    Payment{"ReadBalance", ReadBalance{.user = kUser}, true},
                    Payment{"ReadTransaction", ReadTransaction{.user = kUser}, true},
                    Payment{"ListTransactions", ListTransactions{.user = kUser}, true},
                    Payment{"AnOperatorsDecision", AdvanceOf(kUser), false},
                    Payment{"AnOperatorsList", ListWithdrawals{.user = kUser}, false},
                    Payment{"ListChanges", ListChanges{}, false}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace wallet
