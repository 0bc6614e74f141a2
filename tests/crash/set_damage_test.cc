// Every file of a backup set, damaged in every way: wallet-snapshot verify refuses the set, naming
// the file or what lists it; and wallet-restore refuses it too and makes nothing, or what it makes
// is, to the last transaction, what the whole set would have given.
//
// WALLET_CRASH_TRIES sets how many (all of them, unless it does), WALLET_CRASH_SEED which.

#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/crash/damage.h"
#include "tests/crash/environment.h"
#include "tests/crash/vault.h"
#include "tests/support/process.h"

namespace wallet::crash {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kDefaultSetDamages = 0;  // all: they take some seconds
constexpr int kDamaged = 4;

class SetDamage : public testing::Test {
 protected:
  void SetUp() override {
    std::cout << "WALLET_CRASH_SEED=" << seed_ << " WALLET_CRASH_TRIES=" << tries_ << std::endl;
    vault_.Make();
    ASSERT_EQ(vault_.trial().Problems(), "");
    ASSERT_EQ(ComplaintOf(CreateSet(vault_.data(), set_, vault_.earlier_set())), "");
    files_ = ReadFiles(set_);
    earlier_ = ReadFiles(vault_.earlier_set());
  }

  // Names carry positions: the older file is the one of the same kind.
  std::string OlderOf(const std::string& name) const {
    for (const auto& [other, bytes] : earlier_) {
      if (KindOf(other) == KindOf(name) && bytes != files_.at(name)) return bytes;
    }
    return "";
  }

  // "refused", "harmless", or what is wrong.
  std::string Judge(const Try& attempt) {
    const TempDir temp;
    const std::string set = temp.path() + "/set", target = temp.path() + "/restored";
    fs::copy(set_, set, fs::copy_options::recursive);
    Inflict(attempt, files_, older_of_, set);

    const Finished verified = RunToEnd(VerifySet(set));
    if (verified.code != kDamaged && !IsGone(attempt, verified)) {
      return absl::StrCat("verify ended with ", verified.code, ": ", verified.error);
    }
    if (!absl::StrContains(verified.error, set)) return "verify names nothing: " + verified.error;
    const Finished restored = RunToEnd(RestoreTo(target, set, "", ""));
    if (restored.code == 0) return JudgeRestored(target);
    if (restored.code != kDamaged) {
      return absl::StrCat("restore ended with ", restored.code, ": ", restored.error);
    }
    if (!absl::StrContains(restored.error, set)) return "restore names nothing: " + restored.error;
    const bool nothing = !fs::exists(target) && !fs::exists(target + ".tmp");
    return nothing ? "refused" : "refused, and yet something was made";
  }

  // Without its manifest it is no set.
  static bool IsGone(const Try& attempt, const Finished& verified) {
    return attempt.file == "MANIFEST" && attempt.damage.deletes && verified.code == 1;
  }

  std::string JudgeRestored(const std::string& target) {
    const auto loaded = Loaded(target);
    if (!loaded.ok()) return "SILENT: " + loaded.status().ToString();
    if (*loaded != vault_.now()) return "SILENT: it came to " + Describe(*loaded);
    const std::string wrong = vault_.Revive(target, /*whole=*/true);
    return wrong.empty() ? "harmless" : "SILENT: " + wrong;
  }

  const uint64_t seed_ = CrashSeed();
  const uint64_t tries_ = FromEnvironment("WALLET_CRASH_TRIES", kDefaultSetDamages);
  Vault vault_;
  const std::string set_ = vault_.Path("set");
  Files files_, earlier_;
  const Older older_of_ = [this](const std::string& name) { return OlderOf(name); };
};

TEST_F(SetDamage, IsRefusedByTheCheckAndByARestoreUnlessItDoesNotMatter) {
  Verdicts verdicts;
  for (const Try& attempt : DrawTries(files_, older_of_, tries_, seed_)) {
    SCOPED_TRACE(absl::StrCat(attempt.file, ": ", attempt.damage.name));
    const std::string verdict = Judge(attempt);
    const bool well = verdict == "refused" || verdict == "harmless";
    EXPECT_TRUE(well) << verdict;
    verdicts.Count(attempt, well ? verdict : "WRONG");
  }
  verdicts.Print();
}

}  // namespace
}  // namespace wallet::crash
