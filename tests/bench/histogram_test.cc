#include "bench/histogram.h"

#include <gtest/gtest.h>

#include <limits>

namespace wallet {
namespace {

TEST(HistogramTest, HasNoPercentileWithoutValues) {
  EXPECT_EQ(Histogram().Percentile(0.5), 0);
  EXPECT_EQ(Histogram().total(), 0u);
}

TEST(HistogramTest, SmallValuesAreExact) {
  Histogram histogram;
  for (int value = 1; value <= 100; ++value) histogram.Add(value);
  EXPECT_EQ(histogram.Percentile(0), 1);
  EXPECT_EQ(histogram.Percentile(0.5), 50);
  EXPECT_EQ(histogram.Percentile(0.501), 51);
  EXPECT_EQ(histogram.Percentile(0.99), 99);
  EXPECT_EQ(histogram.Percentile(1), 100);
  EXPECT_EQ(histogram.total(), 100u);
}

TEST(HistogramTest, EveryValueIsFoundWithinOneInSixtyFour) {
  for (int64_t value = 1; value < int64_t{1} << 50; value += 1 + value / 7) {
    Histogram histogram;
    histogram.Add(value);
    const int64_t found = histogram.Percentile(0.5);
    ASSERT_GE(found, value);
    ASSERT_LE(found, value + value / 64) << value;
  }
}

TEST(HistogramTest, BucketsHaveNeitherGapsNorOverlaps) {
  for (int64_t power = 64; power < int64_t{1} << 40; power *= 2) {
    Histogram histogram;
    histogram.Add(power - 1);
    histogram.Add(power);
    EXPECT_EQ(histogram.Percentile(0.5), power - 1);
    EXPECT_GE(histogram.Percentile(1), power);
  }
}

TEST(HistogramTest, TakesTheSmallestAndTheLargest) {
  Histogram histogram;
  histogram.Add(-5);  // a clock that went back is no time at all
  EXPECT_EQ(histogram.Percentile(1), 0);
  histogram.Add(std::numeric_limits<int64_t>::max());
  EXPECT_EQ(histogram.Percentile(1), std::numeric_limits<int64_t>::max());
}

TEST(HistogramTest, MergingIsAsIfOneHadSeenAll) {
  Histogram even, odd, all;
  for (int value = 0; value < 5'000; ++value) {
    (value % 2 == 0 ? even : odd).Add(value);
    all.Add(value);
  }
  even.Merge(odd);
  EXPECT_EQ(even.total(), all.total());
  for (const double fraction : {0.0, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    EXPECT_EQ(even.Percentile(fraction), all.Percentile(fraction)) << fraction;
  }
}

}  // namespace
}  // namespace wallet
