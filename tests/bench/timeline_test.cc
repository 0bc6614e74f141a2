#include "bench/timeline.h"

#include <gtest/gtest.h>

#include <numeric>

namespace wallet {
namespace {

uint64_t Total(const Timeline& timeline) {
  return std::accumulate(timeline.counts().begin(), timeline.counts().end(), uint64_t{0});
}

TEST(TimelineTest, CountsByInterval) {
  Timeline timeline;
  timeline.Add(0, 3);
  timeline.Add(49'999, 4);
  timeline.Add(50'000, 5);
  EXPECT_EQ(timeline.interval_s(), 0.05);
  EXPECT_EQ(timeline.counts(), (std::vector<uint64_t>{7, 5}));
}

TEST(TimelineTest, WhatCameBeforeTheBeginningIsNotLost) {
  Timeline timeline;
  timeline.Add(-1, 2);
  EXPECT_EQ(timeline.counts(), (std::vector<uint64_t>{2}));
}

TEST(TimelineTest, IntervalsGrowInsteadOfTheirNumber) {
  Timeline timeline;
  constexpr int64_t kSeconds = 3'600;
  for (int64_t second = 0; second < kSeconds; ++second) timeline.Add(second * 1'000'000, 1);
  EXPECT_LE(timeline.counts().size(), Timeline::kMostIntervals);
  EXPECT_EQ(Total(timeline), uint64_t{kSeconds});
  EXPECT_GE(timeline.interval_s() * static_cast<double>(Timeline::kMostIntervals), kSeconds);
  // 12.8 s hold 12 or 13 of these.
  for (size_t i = 0; i + 1 < timeline.counts().size(); ++i) {
    EXPECT_NEAR(static_cast<double>(timeline.counts()[i]), timeline.interval_s(), 1);
  }
}

TEST(TimelineTest, ThoseOfDifferentLengthMerge) {
  Timeline fine, coarse;
  fine.Add(0, 1);
  fine.Add(60'000, 2);
  coarse.Add(0, 4);
  coarse.Add(40'000'000, 8);
  Timeline merged = fine;
  merged.Merge(coarse);
  coarse.Merge(fine);
  EXPECT_EQ(merged.counts(), coarse.counts());
  EXPECT_EQ(merged.interval_s(), coarse.interval_s());
  EXPECT_EQ(merged.counts()[0], 7u);
  EXPECT_EQ(Total(merged), 15u);
}

}  // namespace
}  // namespace wallet
