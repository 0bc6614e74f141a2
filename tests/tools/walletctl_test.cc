// walletctl as a shell meets it: a real server, exit codes, what is printed where.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/walletd.h"
#include "tools/walletctl/commands.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class WalletctlTest : public ::testing::Test {
 protected:
  void Serve(std::vector<std::string> flags = {}) {
    flags.push_back("--bank-sim-latency=1ms");
    auto server = Walletd::Start(directory_.path() + "/data", flags);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  Finished Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), WALLETCTL_PATH);
    return RunToEnd(arguments,
                    {{"WALLETCTL_CONNECT", server_ ? server_->binary() : "127.0.0.1:1"}});
  }

  TempDir directory_;
  std::unique_ptr<Walletd> server_;
};

TEST_F(WalletctlTest, AChargeIsShownAndItsRepeatIsAlreadyDone) {
  Serve();
  const std::vector<std::string> charge = {"charge", "--user", "7",  "--amount",
                                           "5000",   "--key",  "c-1"};
  const Finished first = Run(charge);
  EXPECT_EQ(first.code, 0) << first.error;
  EXPECT_THAT(first.out, HasSubstr("5000 USD minor units"));
  EXPECT_THAT(first.out, HasSubstr("currency  total  withdrawable  unreleased  held\n"
                                   "USD        5000          5000           0     0\n"));
  EXPECT_THAT(first.error, IsEmpty());

  const Finished again = Run(charge);
  EXPECT_EQ(again.code, 5);
  EXPECT_THAT(again.error, StartsWith("walletctl: duplicate_request"));
  EXPECT_THAT(again.out, HasSubstr("transaction  1\n"));
}

TEST_F(WalletctlTest, AKeyMadeHereIsSaidBeforeSendingAndFindsTheTransaction) {
  Serve();
  const Finished charge = Run({"charge", "--user", "7", "--amount", "1"});
  ASSERT_EQ(charge.code, 0) << charge.error;
  const size_t at = charge.error.find("ctl-");
  ASSERT_NE(at, std::string::npos) << charge.error;
  const std::string key = charge.error.substr(at, charge.error.find(' ', at) - at);
  const Finished found = Run({"transaction", "--user", "7", "--key", key, "--json"});
  EXPECT_EQ(found.code, 0) << found.error;
  EXPECT_THAT(found.out, StartsWith(R"({"id":1,"user_id":7,)"));
}

TEST_F(WalletctlTest, ARefusalSaysWhyAndExitsWithOne) {
  Serve();
  const Finished empty = Run({"withdraw", "--user", "7", "--amount", "1", "--key", "w"});
  EXPECT_EQ(empty.code, 1);
  EXPECT_THAT(empty.error, StartsWith("walletctl: insufficient_balance in amount: "));
  EXPECT_THAT(empty.out, IsEmpty());

  const Finished json = Run({"withdraw", "--user", "7", "--amount", "1", "--key", "w", "--json"});
  EXPECT_EQ(json.code, 1);
  EXPECT_THAT(json.out, StartsWith(R"({"error":{"code":"insufficient_balance",)"));
}

TEST_F(WalletctlTest, AWithdrawalWaitedForIsShownAsItEnded) {
  Serve();
  ASSERT_EQ(Run({"charge", "--user", "7", "--amount", "100", "--key", "c"}).code, 0);
  const Finished paid = Run({"withdraw", "--user", "7", "--amount", "60", "--key", "w", "--wait"});
  EXPECT_EQ(paid.code, 0) << paid.error;
  EXPECT_THAT(paid.out, HasSubstr("completed"));
}

TEST_F(WalletctlTest, ADeclinedWithdrawalExitsWithOne) {
  Serve({"--bank-sim-decline=1"});
  ASSERT_EQ(Run({"charge", "--user", "7", "--amount", "100", "--key", "c"}).code, 0);
  const Finished declined =
      Run({"withdraw", "--user", "7", "--amount", "60", "--key", "w", "--wait"});
  EXPECT_EQ(declined.code, 1) << declined.error;
  EXPECT_THAT(declined.out, HasSubstr("failed"));
}

TEST_F(WalletctlTest, PendingWithdrawalsAreListedAndResolvedOnlyInReview) {
  Serve({"--bank-sim-timeout=1", "--bank-timeout=50ms", "--bank-backoff=1ms", "--bank-attempts=1"});
  ASSERT_EQ(Run({"charge", "--user", "7", "--amount", "100", "--key", "c"}).code, 0);
  const Finished stuck = Run({"withdraw", "--user", "7", "--amount", "60", "--key", "w", "--wait"});
  EXPECT_EQ(stuck.code, 1);
  const Finished listed = Run({"withdrawals", "--substatus", "review"});
  EXPECT_EQ(listed.code, 0) << listed.error;
  EXPECT_THAT(listed.out, HasSubstr("1 of 1 pending withdrawals"));

  const std::vector<std::string> resolve = {"resolve", "--user",     "7",      "--id",
                                            "2",       "--not-paid", "--note", "asked the bank"};
  const Finished resolved = Run(resolve);
  EXPECT_EQ(resolved.code, 0) << resolved.error;
  EXPECT_THAT(resolved.out, HasSubstr("asked the bank"));
  EXPECT_EQ(Run(resolve).code, 1);
}

TEST_F(WalletctlTest, NoServerIsUnreachable) {
  const Finished nobody = Run({"--timeout", "0.2", "balance", "--user", "7"});
  EXPECT_EQ(nobody.code, 3);
  EXPECT_THAT(nobody.error, StartsWith("walletctl: unreachable"));
}

TEST_F(WalletctlTest, WhatCannotBeReadIsUsage) {
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{},
        {"charge"},
        {"nonsense"},
        {"transaction", "--user", "7"},
        {"resolve", "--user", "7", "--id", "1"},
        {"charge", "--user", "7", "--amount", "1", "--key", "k", "--release-at", "tomorrow"}}) {
    const Finished refused = Run(wrong);
    EXPECT_EQ(refused.code, 2) << ::testing::PrintToString(wrong);
    EXPECT_NE(refused.error, "") << ::testing::PrintToString(wrong);
  }
}

TEST_F(WalletctlTest, HelpHasExamplesAndTheExitCodes) {
  const Finished help = Run({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("Examples:"));
  EXPECT_THAT(help.out, HasSubstr("5 already done"));
}

TEST(ExitCodeTest, ARefusalAfterALostAnswerIsAnUnknownOutcome) {
  client::WriteAnswer refused;
  refused.code = client::Code::kInsufficientBalance;
  EXPECT_EQ(ExitCodeFor(refused), kRefused);
  refused.in_doubt = true;
  EXPECT_EQ(ExitCodeFor(refused), kOutcomeUnknown);
  refused.code = client::Code::kDuplicateRequest;
  EXPECT_EQ(ExitCodeFor(refused), kAlreadyDone);
}

TEST(ExitCodeTest, WhetherAnythingHappenedDecides) {
  EXPECT_EQ(ExitCodeFor(client::Answer{.code = client::Code::kUnreachable}), kUnreachable);
  EXPECT_EQ(ExitCodeFor(client::Answer{.code = client::Code::kOutcomeUnknown}), kOutcomeUnknown);
  EXPECT_EQ(ExitCodeFor(client::Answer{.code = client::Code::kInternal}), kOutcomeUnknown);
  EXPECT_EQ(ExitCodeFor(client::Answer{.code = client::Code::kOverloaded}), kRefused);
}

TEST_F(WalletctlTest, ABalanceAheadSaysItsInstantAndTheNextReleases) {
  Serve();
  Run({"charge", "--user", "7", "--amount", "5", "--key", "a"});
  Run({"charge", "--user", "7", "--amount", "30", "--key", "b", "--release-at",
       "9000-01-01T00:00:00Z"});
  const Finished ahead =
      Run({"balance", "--user", "7", "--at", "8999-01-01T01:00:00+01:00", "--schedule", "3"});
  EXPECT_EQ(ahead.code, 0) << ahead.error;
  EXPECT_EQ(ahead.out,
            "currency  total  withdrawable  unreleased  held\n"
            "USD          35             5          30     0\n"
            "\n"
            "at 8999-01-01T00:00:00Z\n"
            "\n"
            "release               amount\n"
            "9000-01-01T00:00:00Z      30\n");
  const Finished json = Run({"--json", "balance", "--user", "7", "--schedule", "3"});
  EXPECT_THAT(json.out,
              HasSubstr(R"("schedule":[{"release_at":"9000-01-01T00:00:00Z","amount":30}])"));
  EXPECT_EQ(Run({"balance", "--user", "7", "--at", "tomorrow"}).code, 2);
}

TEST_F(WalletctlTest, ChangesAreShownWithThePositionToGoOnAfter) {
  Serve();
  Run({"charge", "--user", "7", "--amount", "5", "--key", "a"});
  Run({"charge", "--user", "8", "--amount", "6", "--key", "b"});
  const Finished first = Run({"changes", "--limit", "1"});
  EXPECT_EQ(first.code, 0) << first.error;
  EXPECT_THAT(first.out, StartsWith("position    updated "));
  EXPECT_THAT(first.out, HasSubstr("charge"));
  EXPECT_THAT(first.error, StartsWith("walletctl: there is more\n"));
  const std::string go_on = "walletctl: go on with --after ";
  const size_t at = first.error.find(go_on);
  ASSERT_NE(at, std::string::npos) << first.error;
  const std::string after = first.error.substr(at + go_on.size(), 10);

  const Finished rest = Run({"--json", "changes", "--after", after});
  EXPECT_THAT(rest.out, StartsWith(R"({"position":")"));
  EXPECT_THAT(rest.out, HasSubstr(R"("transaction":{"id":1,"user_id":8,)"));
  EXPECT_EQ(std::count(rest.out.begin(), rest.out.end(), '\n'), 1);

  const Finished refused = Run({"changes", "--after", "nonsense"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.error, StartsWith("walletctl: invalid_field in after: "));
}

TEST_F(WalletctlTest, FollowedChangesGoOnUntilInterrupted) {
  Serve();
  Run({"charge", "--user", "7", "--amount", "5", "--key", "a"});
  const std::string errors = directory_.path() + "/errors";
  auto followed = Process::Start({.arguments = {WALLETCTL_PATH, "--connect", server_->binary(),
                                                "--json", "changes", "--follow"},
                                  .environment = {},
                                  .error_path = errors});
  ASSERT_TRUE(followed.ok()) << followed.status();
  EXPECT_THAT((*followed)->ReadLine().value_or(""), HasSubstr(R"("user_id":7,)"));
  Run({"charge", "--user", "8", "--amount", "6", "--key", "b"});
  EXPECT_THAT((*followed)->ReadLine().value_or(""), HasSubstr(R"("user_id":8,)"));
  (*followed)->Signal(SIGINT);
  EXPECT_EQ((*followed)->AwaitExit(std::chrono::seconds(30)), 0);
  EXPECT_THAT(ReadWholeFile(errors), testing::MatchesRegex("walletctl: go on with --after .*-2\n"));
}

}  // namespace
}  // namespace wallet
