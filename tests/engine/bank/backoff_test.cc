#include "engine/bank/backoff.h"

#include <set>

#include "engine/bank/limits.h"
#include "gtest/gtest.h"
#include "tests/engine/bank/seeded_random.h"

namespace wallet {
namespace {

TEST(Backoff, JitterReachesBothEndsAndNothingBeyond) {
  SeededRandom random(1);
  std::set<int64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(Jittered(10, random));
  EXPECT_EQ(seen, (std::set<int64_t>{8, 9, 10, 11, 12}));
}

TEST(Backoff, NothingToWaitIsNothing) {
  SeededRandom random(1);
  EXPECT_EQ(Jittered(0, random), 0);
  EXPECT_EQ(BackoffUs(0, 100, random), 0);
}

TEST(Backoff, DoublingEndsAtTheBound) {
  SeededRandom random(1);
  for (const uint32_t tries : {30u, 64u, 100u, UINT32_MAX}) {
    const int64_t delay_us = BackoffUs(1'000'000, tries, random);
    EXPECT_GE(delay_us, kMaxBackoffUs / 5 * 4);
    EXPECT_LE(delay_us, kMaxBackoffUs / 5 * 6);
  }
}

}  // namespace
}  // namespace wallet
