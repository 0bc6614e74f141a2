#include "tools/walletd/flags.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tools/walletd/flag_values.h"

namespace wallet {
namespace {

class FlagsTest : public ::testing::Test {
 protected:
  ~FlagsTest() override {
    for (const std::string& name : environment_) unsetenv(name.c_str());
  }

  void SetEnvironment(const std::string& name, const std::string& value) {
    setenv(name.c_str(), value.c_str(), 1);
    environment_.push_back(name);
  }
  std::string WriteFile(const std::string& text) {
    const std::string path = ::testing::TempDir() + "walletd.conf";
    std::ofstream(path) << text;
    return path;
  }
  static std::variant<Flags, EarlyExit> Parse(std::vector<std::string> arguments) {
    std::vector<const char*> argv = {"walletd"};
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    return ParseFlags(static_cast<int>(argv.size()), argv.data());
  }
  static Flags Good(std::vector<std::string> arguments) {
    auto parsed = Parse(std::move(arguments));
    if (auto* exit = std::get_if<EarlyExit>(&parsed)) {
      ADD_FAILURE() << exit->error;
      return {};
    }
    return std::get<Flags>(parsed);
  }
  static std::string Problem(std::vector<std::string> arguments) {
    const auto parsed = Parse(std::move(arguments));
    const EarlyExit* exit = std::get_if<EarlyExit>(&parsed);
    if (exit == nullptr) return "";
    EXPECT_EQ(exit->code, 2);
    EXPECT_EQ(exit->out, "");
    return exit->error;
  }

 private:
  std::vector<std::string> environment_;
};

TEST_F(FlagsTest, TheDefaultsAreTheContracts) {
  const Flags flags = Good({});
  EXPECT_EQ(flags.http, "127.0.0.1:8080");
  EXPECT_EQ(flags.listen, "127.0.0.1:7080");
  EXPECT_EQ(flags.dispatcher.workers, 50);
  EXPECT_EQ(flags.bank_queue, 100);
  EXPECT_EQ(flags.dispatcher.max_attempts, 3u);
  EXPECT_EQ(flags.dispatcher.call_timeout_us, 10'000'000);
  EXPECT_EQ(flags.dispatcher.backoff_us, 1'000'000);
  EXPECT_EQ(flags.sim.latency_us, 50'000);
  EXPECT_EQ(flags.hot_keys, 4'000'000);
  EXPECT_EQ(flags.snapshots.events, 8'000'000u);
  EXPECT_EQ(flags.snapshots.interval_us, 3'600'000'000);
  EXPECT_EQ(flags.snapshots.keep, 2u);
  EXPECT_FALSE(flags.create);
  EXPECT_EQ(flags.default_currency, Currency());
  EXPECT_EQ(flags.user_rate.per_second, 0);
  EXPECT_EQ(flags.user_rate.burst, 0);
}

TEST_F(FlagsTest, AFlagBeatsTheEnvironmentAndThatBeatsTheFile) {
  const std::string file = WriteFile("shards=3\nbank-workers=3\nbank-queue=3\n");
  SetEnvironment("WALLETD_SHARDS", "4");
  SetEnvironment("WALLETD_BANK_WORKERS", "4");
  const Flags flags = Good({"--config", file, "--shards", "5"});
  EXPECT_EQ(flags.shards, 5);
  EXPECT_EQ(flags.dispatcher.workers, 4);
  EXPECT_EQ(flags.bank_queue, 3);
}

TEST_F(FlagsTest, BadValuesAreNamedWithWhatIsAllowed) {
  const std::pair<std::vector<std::string>, const char*> kBad[] = {
      {{"--shards", "0"}, "--shards"},
      {{"--shards", "x"}, "--shards"},
      {{"--bank", "real"}, "sim"},
      {{"--bank-timeout", "10"}, "10s"},
      {{"--bank-timeout", "0s"}, "1us to 1h"},
      {{"--bank-timeout", "2h"}, "1us to 1h"},
      {{"--bank-sim-decline", "1.5"}, "--bank-sim-decline"},
      {{"--bank-sim-decline", "nan"}, "from 0 to 1"},
      {{"--bank-sim-decline", "-0.5"}, "from 0 to 1"},
      {{"--bank-sim-decline", "often"}, "from 0 to 1"},
      {{"--bank-sim-decline", "0.5x"}, "from 0 to 1"},
      {{"--bank-workers", "10001"}, "10000"},
      {{"--http", "8080"}, "HOST:PORT"},
      {{"--listen", "127.0.0.1:65536"}, "HOST:PORT"},
      {{"--data-dir", ""}, "--data-dir"},
      {{"--default-currency", "usd"}, "ISO 4217"},
      {{"--log-format", "xml"}, "json"},
      {{"--user-rate", "-1"}, "--user-rate"},
      {{"--user-rate", "1000001"}, "1000000"},
      {{"--user-rate", "1.5"}, "--user-rate"},
      {{"--user-burst", "5"}, "without a --user-rate"},
      {{"--create=1x"}, "neither true nor false"},
      {{"--accept-clock=-7 # days"}, "--accept-clock"},
      {{"--no-such-flag"}, "--no-such-flag"},
      {{"stray"}, "stray"},
  };
  for (const auto& [arguments, expected] : kBad) {
    const std::string problem = Problem(arguments);
    EXPECT_NE(problem.find(expected), std::string::npos) << arguments[0] << ": " << problem;
  }
}

TEST_F(FlagsTest, ASwitchMayBeGivenAValue) {
  for (const char* on : {"--create", "--create=true", "--create=Yes", "--create=1"}) {
    EXPECT_TRUE(Good({on}).create) << on;
  }
  for (const char* off : {"--create=false", "--create=off", "--create=0"}) {
    EXPECT_FALSE(Good({off}).create) << off;
  }
  EXPECT_TRUE(Good({"--config", WriteFile("create\n")}).create);
}

TEST_F(FlagsTest, AProblemInTheFileNamesItsLine) {
  const std::string file = WriteFile("log-level=info\nshards=0\n");
  const std::string problem = Problem({"--config", file});
  EXPECT_NE(problem.find(file + ", line 2"), std::string::npos) << problem;
}

TEST_F(FlagsTest, AFileMayHaveBlankLinesAndComments) {
  const std::string remarks = "\n  \n# shards = 5\n; shards = 6\n";
  EXPECT_EQ(Good({"--config", WriteFile(remarks + "shards = 3\n" + remarks)}).shards, 3);
  const std::string problem = Problem({"--config", WriteFile(remarks + "shards = 0\n")});
  EXPECT_NE(problem.find("line 5"), std::string::npos) << problem;
}

TEST_F(FlagsTest, AFileHasNoSections) {
  const std::string problem = Problem({"--config", WriteFile("[server]\nshards = 3\n")});
  EXPECT_NE(problem.find("server"), std::string::npos) << problem;
}

TEST_F(FlagsTest, ABurstGoesWithARate) {
  const Flags flags = Good({"--user-rate", "5", "--user-burst", "9"});
  EXPECT_EQ(flags.user_rate.per_second, 5);
  EXPECT_EQ(flags.user_rate.burst, 9);
}

TEST_F(FlagsTest, TheLineNamedIsNotOneThatOnlyLooksLikeIt) {
  const std::string file = WriteFile("bank=sim\n# bank-workers=0\n  bank-workers = 0\n");
  const std::string problem = Problem({"--config", file});
  EXPECT_NE(problem.find(file + ", line 3"), std::string::npos) << problem;
}

TEST_F(FlagsTest, AProblemInTheEnvironmentNamesTheVariable) {
  SetEnvironment("WALLETD_BANK_QUEUE", "-1");
  EXPECT_NE(Problem({}).find("WALLETD_BANK_QUEUE"), std::string::npos);
  // A flag takes its place, wrong or not.
  EXPECT_EQ(Good({"--bank-queue", "7"}).bank_queue, 7);
  EXPECT_EQ(Problem({"--bank-queue=x"}).find("WALLETD_BANK_QUEUE"), std::string::npos);
}

TEST_F(FlagsTest, TheEnvironmentMayNameTheFile) {
  SetEnvironment("WALLETD_CONFIG", WriteFile("shards=9\n"));
  EXPECT_EQ(Good({}).shards, 9);
}

TEST_F(FlagsTest, AFileThatIsNotThereIsRefused) {
  EXPECT_NE(Problem({"--config", "/no/such.conf"}).find("/no/such.conf"), std::string::npos);
}

TEST_F(FlagsTest, AnUnknownNameInTheFileIsRefused) {
  const std::string file = WriteFile("sahrds=2\n");
  EXPECT_NE(Problem({"--config", file}).find("sahrds"), std::string::npos);
}

TEST_F(FlagsTest, AListInTheFileIsRefused) {
  for (const std::string value : {"[]", "[", "[1", "[1,2]", "1,2", "1 2", ","}) {
    const std::string file = WriteFile("bank=sim\nshards=" + value + "\n");
    const std::string problem = Problem({"--config", file});
    EXPECT_NE(problem.find("--shards"), std::string::npos) << value << ": " << problem;
    EXPECT_NE(problem.find(file + ", line 2"), std::string::npos) << value << ": " << problem;
  }
}

TEST_F(FlagsTest, AnAddressInBracketsWantsQuotesInTheFile) {
  const std::string problem = Problem({"--config", WriteFile("http=[::1]:0\nshards=0\n")});
  EXPECT_NE(problem.find("line 1: http=[::1]:0"), std::string::npos) << problem;
  const Flags flags = Good({"--config", WriteFile("http=\"[::1]:0\"\nshards=3\n")});
  EXPECT_EQ(flags.http, "[::1]:0");
  EXPECT_EQ(flags.shards, 3);
}

TEST_F(FlagsTest, WhatTheFileCannotSayIsRefused) {
  for (const std::string line : {"data-dir=\"/a#b\"", "data-dir='/a#b'", "data-dir=/a b"}) {
    EXPECT_NE(Problem({"--config", WriteFile(line + "\n")}).find("--data-dir"), std::string::npos)
        << line;
  }
  EXPECT_EQ(Good({"--config", WriteFile("data-dir=/a # \"b\"\n")}).data_dir, "/a");
}

TEST_F(FlagsTest, ANameThatStandsTwiceInTheFileIsRefused) {
  for (const std::string between : {"", "bank=sim\n"}) {
    const std::string file = WriteFile("shards=1\n" + between + "shards=2\n");
    EXPECT_NE(Problem({"--config", file}).find("--shards"), std::string::npos) << between;
  }
}

TEST_F(FlagsTest, WhatPrintConfigPrintsIsReadBack) {
  const auto printed = Parse({"--print-config", "--shards", "7", "--bank-timeout", "3s", "--create",
                              "--default-currency", "EUR", "--data-dir", "/some where"});
  const EarlyExit& exit = std::get<EarlyExit>(printed);
  EXPECT_EQ(exit.code, 0);
  const Flags flags = Good({"--config", WriteFile(exit.out)});
  EXPECT_EQ(flags.shards, 7);
  EXPECT_EQ(flags.dispatcher.call_timeout_us, 3'000'000);
  EXPECT_TRUE(flags.create);
  EXPECT_EQ(flags.default_currency, Currency::Parse("EUR"));
  EXPECT_EQ(flags.data_dir, "/some where");
}

TEST_F(FlagsTest, WhatPrintConfigPrintsOfTheDefaultsIsReadBack) {
  const std::string printed = std::get<EarlyExit>(Parse({"--print-config"})).out;
  EXPECT_EQ(std::get<EarlyExit>(Parse({"--config", WriteFile(printed), "--print-config"})).out,
            printed);
  EXPECT_EQ(Good({"--config", WriteFile(printed)}).default_currency, Currency());
}

TEST_F(FlagsTest, VersionAndHelpAreNoErrors) {
  EXPECT_EQ(std::get<EarlyExit>(Parse({"--version"})).out.substr(0, 8), "walletd ");
  EXPECT_NE(std::get<EarlyExit>(Parse({"--help"})).out.find("Exit codes"), std::string::npos);
}

TEST(DurationTest, NeedsAWholeNumberAndAUnit) {
  EXPECT_EQ(ParseDuration("250us"), 250);
  EXPECT_EQ(ParseDuration("50ms"), 50'000);
  EXPECT_EQ(ParseDuration("10s"), 10'000'000);
  EXPECT_EQ(ParseDuration("1m"), 60'000'000);
  EXPECT_EQ(ParseDuration("2h"), 7'200'000'000);
  EXPECT_EQ(ParseDuration("0s"), 0);
  for (const char* bad : {"", "10", "s", "-1s", "1.5s", "1 s", "1d", "9999999999999999h"}) {
    EXPECT_FALSE(ParseDuration(bad)) << bad;
  }
}

}  // namespace
}  // namespace wallet
