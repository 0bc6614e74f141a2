#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include "bench/report/output.h"
#include "bench/report/rows.h"
#include "bench/report/summary.h"

namespace wallet::bench {
namespace {

using ::testing::HasSubstr;

constexpr const char* kMeasured =
    "single\tpostgresql\t1\t8000\t-\t-\tpgbench\n"
    "single\twallet\t1\t5E5\t1.5\t9\t1,000 callers\n"
    "single\twallet\t2\t300000\t2.5\t7\t1,000 callers\n"
    "single\tpostgresql\t2\t12000\t-\t-\tpgbench\n"
    "single\twallet\t3\t400000\t3.5\t8\t1,000 callers\n";
constexpr const char* kQuotedRows = "single\ttigerbeetle\t100000\tconcurrent\nmixed\tx\t1\ty\n";

std::vector<Row> Measured(const std::string& text = kMeasured) {
  std::istringstream in(text);
  return *ReadMeasured(in);
}
std::vector<Comparison> Summary() {
  std::istringstream in(kQuotedRows);
  return Summarise(Measured(), *ReadQuoted(in));
}

TEST(ComparisonTest, TheMedianIsInTheMiddle) {
  EXPECT_EQ(Median({7}), 7);
  EXPECT_EQ(Median({9, 1, 5}), 5);
  EXPECT_EQ(Median({4, 1, 9, 2}), 3);
}

TEST(ComparisonTest, MediansAndRatiosAreSummedUp) {
  const auto summary = Summary();
  ASSERT_EQ(summary.size(), 1u);  // what is only quoted is no comparison
  const auto& entries = summary[0].entries;
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].system, "wallet");
  EXPECT_EQ(entries[0].rate, 400'000);
  EXPECT_EQ(entries[0].lowest, 300'000);
  EXPECT_EQ(entries[0].highest, 500'000);
  EXPECT_EQ(entries[0].p50_ms, 2.5);
  EXPECT_FALSE(entries[0].wallet_ratio);
  EXPECT_EQ(entries[1].system, "postgresql");
  // 500,000 / 8,000 and 300,000 / 12,000: what was measured in the same rounds.
  EXPECT_EQ(entries[1].wallet_ratio, 43.75);
  EXPECT_LT(entries[1].p99_ms, 0);
  EXPECT_EQ(entries[2].system, "tigerbeetle");
  EXPECT_TRUE(entries[2].quoted);
  EXPECT_EQ(entries[2].wallet_ratio, 4);
}

// The disk slows down to a tenth in the middle: neighbours still compare.
TEST(ComparisonTest, WhatTookTurnsIsComparedWithItsNeighbour) {
  const auto summary = Summarise(Measured("one\twallet\t1\t900\t-\t-\tx\n"
                                          "one\tdisk\t1\t1000\t-\t-\tx\n"
                                          "one\twallet\t1\t900\t-\t-\tx\n"
                                          "one\tdisk\t1\t100\t-\t-\tx\n"
                                          "one\twallet\t1\t90\t-\t-\tx\n"
                                          "one\tdisk\t1\t100\t-\t-\tx\n"
                                          "one\tredis\t1\t450\t-\t-\tx\n"),
                                 {});
  const auto& entries = summary.at(0).entries;
  EXPECT_EQ(entries.at(1).system, "disk");
  EXPECT_EQ(entries.at(1).wallet_ratio, 0.9);
  EXPECT_EQ(entries.at(2).wallet_ratio, 2);  // measured once: beside the median of the round
}

TEST(ComparisonTest, WhatIsNoMeasurementIsAnError) {
  for (const char* wrong :
       {"single\twallet\t1\t\t-\t-\thow\n", "single\twallet\n", "\n",
        "single\twallet\t1\t0\t-\t-\thow\n", "single\twallet\t0\t5\t-\t-\thow\n"}) {
    std::istringstream in(wrong);
    EXPECT_FALSE(ReadMeasured(in).ok()) << wrong;
  }
}

TEST(ComparisonTest, QuotedFiguresAreMarkedEverywhere) {
  const Machine machine{.cores = 2, .cpu = "Abacus", .build = "Release"};
  EXPECT_THAT(FormatTable(Summary(), machine), HasSubstr(kQuoted));
  EXPECT_THAT(FormatChart(Summary(), machine), HasSubstr(kQuoted));
  EXPECT_THAT(FormatJson(Summary(), Measured(), machine), HasSubstr(kQuoted));
}

TEST(ComparisonTest, TheTableShowsRatesAndRatios) {
  const std::string table = FormatTable(Summary(), {.cores = 2, .cpu = "Abacus"});
  for (const char* part : {"400,000", "300,000 – 500,000", "43.75 x", "2.50", "Abacus"}) {
    EXPECT_THAT(table, HasSubstr(part));
  }
}

TEST(ComparisonTest, JsonHasEveryRound) {
  const auto all = boost::json::parse(FormatJson(Summary(), Measured(), {})).as_object();
  EXPECT_EQ(all.at("measurements").as_array().size(), 5u);
  const auto& systems = all.at("workloads").at(0).at("systems").as_array();
  EXPECT_EQ(systems.at(1).at("wallet_ratio").as_double(), 43.75);
  EXPECT_FALSE(systems.at(1).as_object().contains("p50_ms"));
}

}  // namespace
}  // namespace wallet::bench
