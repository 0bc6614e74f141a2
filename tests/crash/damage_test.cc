// Every file of a data directory, damaged in every way: the start is refused, saying which file it
// is about; or nothing that was answered has changed; or, of what a start does not read, the call
// that needs it fails, with an alarm that names the file. Never anything else.
//
// What no start can tell is in wal/FORMAT.md (the log's end and its mark, both older) and in
// engine/bank/README.md (the simulated bank's book).
//
// A sample in the ordinary run. WALLET_CRASH_TRIES sets how many (0: all), WALLET_CRASH_SEED which.

#include "tests/crash/damage.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/crash/audit.h"
#include "tests/crash/environment.h"
#include "tests/crash/trial.h"

namespace wallet::crash {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kDefaultDamages = 50;

constexpr size_t kRepeatEvery = 37;

class FileDamage : public testing::Test {
 protected:
  // Two snapshots, files of the log of both kinds, and a server killed while it worked.
  void SetUp() override {
    std::cout << "WALLET_CRASH_SEED=" << seed_ << " WALLET_CRASH_TRIES=" << tries_ << std::endl;
    ledger_.Recover();
    older_ = ReadFiles(ledger_.directory());
    ASSERT_TRUE(ledger_.Start().ok());
    ledger_.Work();
    ledger_.server().Kill();
    ASSERT_EQ(ledger_.Problems(), "");
    files_ = ReadFiles(ledger_.directory());
  }

  // "refused", "harmless", "noticed", or what is wrong.
  std::string Judge(const Try& attempt) {
    Trial trial(ledger_);
    Inflict(attempt, files_, older_of_, trial.directory());
    const absl::Status status = trial.Start();
    if (status.ok()) return JudgeServing(trial, attempt);
    const std::string message(status.message());
    if (!absl::StrContains(message, "exit code 4,")) return "not refused as damage: " + message;
    if (!NamesIt(message, attempt.file)) return "refused without naming it: " + message;
    return JudgeMended(trial, attempt.file);
  }

  // The log is one thing to an operator: he restores it whole. An older manifest of the index names
  // runs that have since been merged away: the message is about one of these.
  static bool NamesIt(const std::string& message, const std::string& file) {
    if (absl::StartsWith(file, "log/")) return absl::StrContains(message, "/log");
    if (file == "index/MANIFEST" && absl::StrContains(message, "/index/")) return true;
    return absl::StrContains(message, fs::path(file).filename().string());
  }

  std::string JudgeServing(Trial& trial, const Try& attempt) {
    // What the simulated bank forgets stands for another company's loss.
    attempt.file == "bank-sim.book" ? trial.AuditLedgerAlone() : trial.Audit();
    RepeatAccepted(trial.client(), kRepeatEvery, trial.journal());
    const std::string logged = trial.server().Logged();
    if (!trial.Problems().empty()) {
      return IsNoticed(trial, logged, attempt) ? "noticed" : "SILENT: " + trial.Problems();
    }
    if (absl::StartsWith(attempt.file, "snapshots/") && !absl::StrContains(logged, "ALARM")) {
      // Only the newest is read; the one before it may rot until it is needed.
      if (attempt.file == "snapshots/" + trial.NewestSnapshot()) return "no alarm: " + logged;
    }
    return "harmless";
  }

  // What a start does not read is found when it is needed: the one call is refused, and an operator
  // told.
  static bool IsNoticed(Trial& trial, const std::string& logged, const Try& attempt) {
    for (const std::string& problem : trial.journal().problems()) {
      if (!absl::StrContains(problem, client::ToString(client::Code::kInternal))) return false;
    }
    return absl::StrContains(logged, "ALARM") && absl::StrContains(logged, attempt.file);
  }

  // A refusal has changed nothing: with the file as it was, all is well.
  std::string JudgeMended(Trial& trial, const std::string& file) {
    WriteFile(trial.directory() + "/" + file, files_[file]);
    if (const absl::Status status = trial.Start(); !status.ok()) {
      return absl::StrCat("the refusal has broken it: ", std::string(status.message()));
    }
    trial.Audit();
    return trial.Problems().empty() ? "refused" : "refused, then wrong: " + trial.Problems();
  }

  const uint64_t seed_ = CrashSeed();
  const uint64_t tries_ = FromEnvironment("WALLET_CRASH_TRIES", kDefaultDamages);
  Trial ledger_{[] {
    std::vector<std::string> flags = TrialFlags();
    flags.push_back("--snapshots-keep=2");
    return flags;
  }()};
  Files older_, files_;
  const Older older_of_ = [this](const std::string& name) {
    const auto older = older_.find(name);
    return older == older_.end() ? "" : older->second;
  };
};

TEST_F(FileDamage, IsRefusedOrHarmless) {
  Verdicts verdicts;
  for (const Try& attempt : DrawTries(files_, older_of_, tries_, seed_)) {
    SCOPED_TRACE(absl::StrCat(attempt.file, ": ", attempt.damage.name));
    const std::string verdict = Judge(attempt);
    const bool well = verdict == "refused" || verdict == "harmless" || verdict == "noticed";
    EXPECT_TRUE(well) << verdict;
    verdicts.Count(attempt, well ? verdict : "WRONG");
  }
  verdicts.Print();
}

// Together they agree; only what was written beside them knows better.
TEST_F(FileDamage, ALogAndAMarkThatAreBothOlderThanASnapshotAreRefused) {
  Trial trial(ledger_);
  fs::remove_all(trial.directory() + "/log");
  fs::create_directory(trial.directory() + "/log");
  for (const auto& [name, bytes] : older_) {
    if (name == "MARK" || absl::StartsWith(name, "log/")) {
      WriteFile(trial.directory() + "/" + name, bytes);
    }
  }
  const absl::Status status = trial.Start();
  ASSERT_FALSE(status.ok()) << trial.server().Logged();
  EXPECT_TRUE(absl::StrContains(status.message(), "exit code 4,")) << status;
}

}  // namespace
}  // namespace wallet::crash
