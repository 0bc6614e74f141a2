#include "bench/number.h"

#include <gtest/gtest.h>

namespace wallet::bench {
namespace {

TEST(NumberTest, ThousandsAreSetApart) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999.4), "999");
  EXPECT_EQ(Grouped(999.5), "1,000");
  EXPECT_EQ(Grouped(1'234'567), "1,234,567");
  EXPECT_EQ(Grouped(-1'000), "-1,000");
  EXPECT_EQ(Grouped(-0.2), "0");
}

TEST(NumberTest, AxesAreShort) {
  EXPECT_EQ(Short(0), "0");
  EXPECT_EQ(Short(0.05), "0.05");
  EXPECT_EQ(Short(250), "250");
  EXPECT_EQ(Short(1'500), "1.5k");
  EXPECT_EQ(Short(2'000'000), "2M");
  EXPECT_EQ(Short(3e9), "3G");
}

}  // namespace
}  // namespace wallet::bench
