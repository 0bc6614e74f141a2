#include "engine/stamp_clock.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace wallet {
namespace {

constexpr int64_t kSecond = kMicrosPerSecond;
constexpr int64_t kDay = 86'400 * kSecond;
constexpr int64_t kStart = 1'700'000'000 * kSecond;

class StampClockTest : public ::testing::Test {
 protected:
  StampClockTest() { clock_.SetWall(Instant(kStart)); }

  StampClock Make(int64_t last_stamp = 0) {
    return StampClock(clock_, Instant(last_stamp), [this](std::string) { ++alarms_; });
  }

  FakeClock clock_;
  int alarms_ = 0;
};

TEST_F(StampClockTest, FollowsTheWallClock) {
  StampClock stamps = Make();
  EXPECT_EQ(stamps.Now(), Instant(kStart));
  clock_.Advance(5 * kSecond);
  EXPECT_EQ(stamps.Now(), Instant(kStart + 5 * kSecond));
}

TEST_F(StampClockTest, NeverGoesBack) {
  StampClock stamps = Make();
  stamps.Now();
  clock_.SetWall(Instant(kStart - 30 * kSecond));
  EXPECT_EQ(stamps.Now(), Instant(kStart));
  EXPECT_EQ(alarms_, 0);
  clock_.SetWall(Instant(kStart + 1));
  EXPECT_EQ(stamps.Now(), Instant(kStart + 1));
}

TEST_F(StampClockTest, StartsNoEarlierThanTheLastStamp) {
  EXPECT_EQ(Make(kStart + 10 * kSecond).Now(), Instant(kStart + 10 * kSecond));
}

TEST_F(StampClockTest, ALeapForwardIsAlarmedOnceAndNotFollowed) {
  StampClock stamps = Make();
  stamps.Now();
  clock_.SetWall(Instant(kStart + kDay));
  EXPECT_EQ(stamps.Now(), Instant(kStart));
  clock_.Advance(7 * kSecond);
  EXPECT_EQ(stamps.Now(), Instant(kStart + 7 * kSecond));
  EXPECT_TRUE(stamps.leaping());
  EXPECT_EQ(alarms_, 1);
}

TEST_F(StampClockTest, ALeapThatIsUndoneIsForgotten) {
  StampClock stamps = Make();
  stamps.Now();
  clock_.SetWall(Instant(kStart + kDay));
  stamps.Now();
  clock_.SetWall(Instant(kStart + kSecond));
  EXPECT_EQ(stamps.Now(), Instant(kStart + kSecond));
  EXPECT_FALSE(stamps.leaping());
}

TEST_F(StampClockTest, AMinuteIsFollowedAndAMicrosecondMoreIsNot) {
  StampClock stamps = Make();
  clock_.SetWall(Instant(kStart + StampClock::kMaxLeapUs));
  EXPECT_EQ(stamps.Now(), Instant(kStart + StampClock::kMaxLeapUs));
  clock_.SetWall(Instant(kStart + 2 * StampClock::kMaxLeapUs + 1));
  EXPECT_EQ(stamps.Now(), Instant(kStart + StampClock::kMaxLeapUs));
}

TEST_F(StampClockTest, AStartFarFromTheLastStampIsRefused) {
  const auto check = [&](int64_t last) { return StampClock::CheckStart(clock_, Instant(last)); };
  EXPECT_TRUE(check(0).ok());
  EXPECT_TRUE(check(kStart + 60 * kSecond).ok());
  EXPECT_TRUE(check(kStart - kDay).ok());
  EXPECT_EQ(check(kStart + 60 * kSecond + 1).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(check(kStart - kDay - 1).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(check(kStart - 3 * kDay).message().find("--accept-clock"), absl::string_view::npos);
}

}  // namespace
}  // namespace wallet
