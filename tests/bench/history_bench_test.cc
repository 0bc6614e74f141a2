// The big measurement in small: every phase runs, and leaves a directory that verifies clean.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/verify/verify_directory.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;

class HistoryBenchTest : public ::testing::Test {
 protected:
  Finished Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {WALLET_HISTORY_BENCH_PATH, "--users", "500"});
    arguments.push_back(directory());
    return RunToEnd(arguments);
  }
  std::string directory() const { return temporary_.path() + "/data"; }

  TempDir temporary_;
};

TEST_F(HistoryBenchTest, LoadsMeasuresAndReplaysOneDirectory) {
  // A small budget, so that most of it must come from the index.
  const Finished load =
      Run({"load", "--hot-keys", "2000", "--transactions", "20000", "--quiet", "--json"});
  EXPECT_EQ(load.code, 0) << load.error;
  EXPECT_THAT(load.out, HasSubstr(R"("load.transactions":{"value":2E4,)"));
  EXPECT_THAT(load.out, HasSubstr("disk.index"));

  const Finished measure = Run({"measure", "--hot-keys", "2000", "--pages", "50", "--cold-pages",
                                "5", "--reads", "2000", "--write-seconds", "0.2"});
  EXPECT_EQ(measure.code, 0) << measure.error;
  for (const char* figure : {"start.seconds", "memory.rest", "page.cold_p99", "page.warm_p99",
                             "key.never_seen", "balance.all", "write.p99_ratio"}) {
    EXPECT_THAT(measure.out, HasSubstr(figure));
  }

  const Finished replay = Run({"replay"});
  EXPECT_EQ(replay.code, 0) << replay.error;
  EXPECT_THAT(replay.out, HasSubstr("replay.rate"));

  const auto report = VerifyDirectory(PosixFileSystem(), SystemClock(), {.directory = directory()});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->clean());
}

TEST_F(HistoryBenchTest, WhatIsNotThereIsNotMeasured) {
  EXPECT_EQ(Run({"measure"}).code, 1);
  EXPECT_EQ(RunToEnd({WALLET_HISTORY_BENCH_PATH}).code, 2);
}

}  // namespace
}  // namespace wallet
