// walletctl verify as a shell meets it: exit codes, the table, JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/engine/verify/stored_ledger.h"
#include "tests/support/process.h"
#include "tools/walletctl/verify.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::StoredLedger;

class WalletctlVerifyTest : public ::testing::Test {
 protected:
  WalletctlVerifyTest() {
    stored_.Live(30);
    stored_.Log();
    stored_.Index(stored_.end());
  }
  Finished Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {WALLETCTL_PATH, "verify", stored_.path()});
    return RunToEnd(arguments);
  }

  StoredLedger stored_;
};

TEST_F(WalletctlVerifyTest, ACleanDirectoryIsATableOfFiguresAndExitsWithZero) {
  const Finished clean = Run({});
  EXPECT_EQ(clean.code, kVerified) << clean.out << clean.error;
  EXPECT_THAT(clean.out, StartsWith("check "));
  EXPECT_THAT(clean.out, HasSubstr("verified: no difference"));
}

TEST_F(WalletctlVerifyTest, ADifferenceIsASentenceAndExitsWithFour) {
  std::filesystem::resize_file(stored_.path("MARK"), 1);
  const Finished damaged = Run({});
  EXPECT_EQ(damaged.code, kDifferent);
  EXPECT_THAT(damaged.out, HasSubstr("DIFFERENT"));
  EXPECT_THAT(damaged.out, HasSubstr("mark: the log's high-water mark"));
  const Finished json = Run({"--json"});
  EXPECT_EQ(json.code, kDifferent);
  EXPECT_THAT(json.out, StartsWith(R"({"verified":false,"checks":[{"check":"ledger",)"));
}

TEST_F(WalletctlVerifyTest, ADirectoryInUseAndNoDirectoryHaveCodesOfTheirOwn) {
  const auto held = PosixFileSystem().Lock(stored_.path("LOCK"));
  EXPECT_EQ(Run({}).code, kInUse);
  EXPECT_EQ(RunToEnd({WALLETCTL_PATH, "verify", stored_.path("nowhere")}).code, kNothingToVerify);
  EXPECT_EQ(RunToEnd({WALLETCTL_PATH, "verify"}).code, 2);
}

TEST(VerifyTextTest, MoreDifferencesThanAreKeptAreCounted) {
  CheckResult check{.name = "log", .outcome = CheckOutcome::kDifferent, .difference_count = 30};
  check.differences.assign(20, "something");
  EXPECT_THAT(TextOf(VerifyReport{{check}}), HasSubstr("log: and 10 more\n"));
}

}  // namespace
}  // namespace wallet
