#include "bench/svg/axis.h"

#include <gmock/gmock.h>

namespace wallet::bench {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Pointwise;

TEST(AxisTest, LinearTicksAreRoundAndReachBeyondTheHighest) {
  EXPECT_THAT(Axis::Linear(9, 0, 1).ticks(), ElementsAre(0, 2, 4, 6, 8, 10));
  EXPECT_THAT(Axis::Linear(480'000, 0, 1).ticks(),
              ElementsAre(0, 100'000, 200'000, 300'000, 400'000, 500'000));
  EXPECT_EQ(Axis::Linear(10, 0, 1).high(), 10);
}

TEST(AxisTest, AnExactAxisEndsWhereItIsTold) {
  const Axis axis = Axis::Exact(3.2, 0, 320);
  EXPECT_THAT(axis.ticks(), ElementsAre(0, 1, 2, 3));
  EXPECT_DOUBLE_EQ(axis.At(3.2), 320);
  EXPECT_DOUBLE_EQ(axis.At(1), 100);
}

TEST(AxisTest, NothingMeasuredStillMakesAnAxis) {
  EXPECT_EQ(Axis::Linear(0, 0, 1).high(), 1);
  EXPECT_EQ(Axis::Linear(0, 0, 1).ticks().front(), 0);
}

TEST(AxisTest, LogarithmicTicksArePowersOfTen) {
  EXPECT_THAT(Axis::Logarithmic(0.3, 40, 0, 1).ticks(),
              Pointwise(DoubleNear(1e-9), {0.1, 1.0, 10.0, 100.0}));
  EXPECT_THAT(Axis::Logarithmic(1, 1, 0, 1).ticks(), Pointwise(DoubleNear(1e-9), {1.0, 10.0}));
}

TEST(AxisTest, ValuesLieWhereTheyShould) {
  const Axis linear = Axis::Linear(10, 300, 100);  // upwards on a page
  EXPECT_EQ(linear.At(0), 300);
  EXPECT_EQ(linear.At(5), 200);
  EXPECT_EQ(linear.At(10), 100);
  EXPECT_EQ(linear.At(11), 100);
  const Axis logarithmic = Axis::Logarithmic(1, 100, 0, 50);
  EXPECT_DOUBLE_EQ(logarithmic.At(10), 25);
  EXPECT_DOUBLE_EQ(logarithmic.At(0), 0);
}

}  // namespace
}  // namespace wallet::bench
