// wallet-bench against a real walletd.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/walletd.h"

namespace wallet {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

class WalletBenchTest : public ::testing::Test {
 protected:
  WalletBenchTest() {
    auto started = Walletd::Start(directory_.path() + "/data",
                                  {"--bank-sim-latency", "0s", "--bank-queue", "10000"});
    EXPECT_TRUE(started.ok()) << started.status();
    walletd_ = *std::move(started);
  }

  Finished Run(std::vector<std::string> arguments) {
    const bool http = arguments.front() == "http";
    arguments.insert(arguments.begin(), WALLET_BENCH_PATH);
    arguments.insert(arguments.end(), {"--connect", http ? walletd_->http() : walletd_->binary()});
    return RunToEnd(std::move(arguments));
  }

  // The result of a run that must be all right.
  json::object Measure(std::vector<std::string> arguments) {
    arguments.push_back("--json");
    const Finished finished = Run(std::move(arguments));
    EXPECT_EQ(finished.code, 0) << finished.error;
    json::object result = json::parse(finished.out).as_object();
    EXPECT_TRUE(result.at("refused").as_object().empty()) << finished.out;
    EXPECT_GT(result.at("rate_per_s").as_double(), 0);
    return result;
  }

  TempDir directory_;
  std::unique_ptr<Walletd> walletd_;
};

int64_t Accepted(const json::object& result) { return result.at("accepted").to_number<int64_t>(); }

TEST_F(WalletBenchTest, EveryWorkloadDoesWhatItWasAsked) {
  EXPECT_EQ(Accepted(Measure({"charge", "--transactions", "2500", "--users", "50"})), 2'500);
  EXPECT_EQ(Accepted(Measure({"charge", "--transactions", "500", "--batch", "1"})), 500);
  EXPECT_EQ(Accepted(Measure({"withdraw", "--transactions", "200", "--users", "5"})), 200);
  EXPECT_EQ(Accepted(Measure({"balance", "--transactions", "500", "--users", "50"})), 500);
  EXPECT_EQ(Accepted(Measure({"balance", "--transactions", "500", "--batch", "100"})), 500);
  EXPECT_EQ(Accepted(Measure({"http", "--transactions", "200", "--connections", "8"})), 200);
  EXPECT_EQ(Accepted(Measure({"mixed", "--transactions", "1000", "--batch", "50"})), 1'000);
}

TEST_F(WalletBenchTest, MixedHasEveryKind) {
  const json::object result = Measure({"mixed", "--transactions", "2000", "--zipf", "1.1"});
  EXPECT_EQ(result.at("accepted_by_kind").as_object().size(), 4u);
}

TEST_F(WalletBenchTest, ConnectionsAndThreadsShareTheWork) {
  EXPECT_EQ(Accepted(Measure({"charge", "--transactions", "5000", "--batch", "10", "--connections",
                              "4", "--threads", "2"})),
            5'000);
  EXPECT_EQ(Accepted(Measure({"http", "--transactions", "100", "--threads", "2"})), 100);
}

TEST_F(WalletBenchTest, AnOpenLoopSendsWhatIsDue) {
  const json::object result = Measure(
      {"charge", "--batch", "1", "--rate", "2000", "--transactions", "500", "--warm-up", "0.05"});
  EXPECT_EQ(result.at("loop"), "open");
  EXPECT_EQ(Accepted(result), 500);
}

TEST_F(WalletBenchTest, SaysWhatItMeasuredAndDrawsIt) {
  const std::string plot = directory_.path() + "/plot.svg";
  const Finished finished = Run({"charge", "--transactions", "5000", "--plot", plot});
  EXPECT_EQ(finished.code, 0) << finished.error;
  EXPECT_THAT(finished.out, HasSubstr("5,000 in "));
  EXPECT_THAT(finished.out, HasSubstr("fdatasync"));
  EXPECT_THAT(ReadWholeFile(plot), HasSubstr("</svg>"));
}

TEST_F(WalletBenchTest, AServerThatIsNotThereIsSaid) {
  walletd_->Kill();
  EXPECT_EQ(Run({"charge"}).code, 3);
  const Finished finished = Run({"http"});
  EXPECT_EQ(finished.code, 3);
  EXPECT_THAT(finished.error, HasSubstr(walletd_->http()));
}

TEST_F(WalletBenchTest, TheDiskIsMeasuredWithoutAServer) {
  const Finished finished = RunToEnd({WALLET_BENCH_PATH, "disk", "--directory", directory_.path(),
                                      "--duration", "0.05", "--json"});
  EXPECT_EQ(finished.code, 0) << finished.error;
  EXPECT_GT(json::parse(finished.out).as_object().at("rate_per_s").as_double(), 0);
}

}  // namespace
}  // namespace wallet
