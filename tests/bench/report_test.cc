#include "bench/wallet_bench/report.h"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "bench/wallet_bench/plot.h"

namespace wallet::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ReportTest : public ::testing::Test {
 protected:
  ReportTest() {
    options_.workload = "charge";
    options_.batch = 1'000;
    options_.in_flight = 8;
    result_.seconds = 2;
    result_.tally.accepted_by_kind[0] = 1'500'000;
    for (int call = 0; call < 1'500; ++call) {
      result_.tally.latency_us.Add(2'000);
      result_.tally.accepted_over_time.Add(call * 1'333, 1'000);
    }
  }

  Report report() const {
    return {options_, {.cores = 2, .cpu = "Abacus", .build = "Release"}, {"0.1.0", "sim"}, result_};
  }

  Options options_;
  RunResult result_;
};

TEST_F(ReportTest, TheTableSaysWhatAndOnWhat) {
  const std::string table = FormatTable(report());
  for (const char* part :
       {"batches of 1,000, 8 in flight", "closed loop", "750,000/s", "p50 2.02 ms", "of a batch",
        "2 cores", "Abacus", "Release build", "0.1.0", "fdatasync"}) {
    EXPECT_THAT(table, HasSubstr(part));
  }
  EXPECT_THAT(table, Not(HasSubstr("refused")));
}

TEST_F(ReportTest, RefusalsStandApart) {
  result_.tally.refused["queue_full"] = 12'345;
  const std::string table = FormatTable(report());
  EXPECT_THAT(table, HasSubstr("12,345 queue_full"));
  EXPECT_THAT(table, HasSubstr("--bank-queue"));  // how to have none
  EXPECT_THAT(table, HasSubstr("750,000/s"));     // not in the rate
}

TEST_F(ReportTest, ARateThatWasNotHeldCannotBeOverlooked) {
  options_.rate = 1'000;
  result_.timetable = {.calls = 100, .longest_delay_us = 900};
  EXPECT_THAT(FormatTable(report()), HasSubstr("rate held"));
  result_.timetable.late = 50;
  result_.timetable.never_sent = 7;
  result_.timetable.was_full = true;
  const std::string table = FormatTable(report());
  EXPECT_THAT(table, HasSubstr("RATE NOT HELD"));
  EXPECT_THAT(table, HasSubstr("50 were sent more than 10 ms late"));
  EXPECT_THAT(table, HasSubstr("and 7 never"));
}

TEST_F(ReportTest, JsonHasTheSame) {
  result_.tally.refused["queue_full"] = 3;
  const auto object = boost::json::parse(FormatJson(report())).as_object();
  EXPECT_EQ(object.at("workload"), "charge");
  EXPECT_EQ(object.at("rate_per_s").as_double(), 750'000);
  EXPECT_EQ(object.at("p99_ms").as_double(), 2.015);
  EXPECT_EQ(object.at("accepted").to_number<int64_t>(), 1'500'000);
  EXPECT_EQ(object.at("refused").at("queue_full").to_number<int64_t>(), 3);
  EXPECT_EQ(object.at("cores").to_number<int64_t>(), 2);
}

TEST_F(ReportTest, ThePlotHasAxesWithUnits) {
  const std::string svg = Plot(report());
  for (const char* part : {"accepted operations per second", "seconds since", "milliseconds",
                           "99 %", "p99 2.02 ms", "mean 750,000/s", "Abacus"}) {
    EXPECT_THAT(svg, HasSubstr(part));
  }
}

TEST_F(ReportTest, NothingAcceptedIsStillAPlot) {
  result_ = {};
  EXPECT_THAT(Plot(report()), Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace wallet::bench
