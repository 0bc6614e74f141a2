// Any moment of a ledger that has lived for some time, restored from whatever holds it: the ledger
// is the one that its log, replayed from the first event, comes to.
//
// WALLET_CRASH_SEED repeats the moments of a run.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <random>

#include "absl/strings/str_cat.h"
#include "engine/payload.h"
#include "engine/restore/restore.h"
#include "engine/restore/restore_source.h"
#include "tests/crash/at_rest.h"
#include "tests/crash/environment.h"
#include "tests/crash/trial.h"
#include "wal/base/random.h"

namespace wallet::crash {
namespace {

namespace fs = std::filesystem;

constexpr int kLives = 4;
constexpr int kMoments = 20;

class Moments : public testing::Test {
 protected:
  // Each life is followed by a backup set; the last one is killed.
  void SetUp() override {
    std::cout << "WALLET_CRASH_SEED=" << seed_ << std::endl;
    for (int life = 1; life <= kLives; ++life) {
      ASSERT_TRUE(trial_.Start().ok());
      trial_.Work();
      life < kLives ? static_cast<void>(trial_.Stop()) : trial_.server().Kill();
      sets_.push_back(absl::StrCat(temp_.path(), "/set", life));
      ASSERT_EQ(ComplaintOf(CreateSet(data(), sets_.back(), life > 1 ? sets_[life - 2] : "")), "");
    }
    ASSERT_EQ(trial_.Problems(), "");
    ReadStamps();
    const auto source = RestoreSource::Open(PosixFileSystem(), data(), "");
    ASSERT_TRUE(source.ok()) << source.status();
    ASSERT_GE((*source)->snapshots().size(), 2u);
    // The log alone no longer reaches back.
    LedgerAt at;
    at.point.hash = (*source)->genesis();
    ASSERT_FALSE(ReplayUntil((*source)->log(), {}, at, RestoreStep::kReplay, GoOn).ok());
    std::cout << stamps_.size() << " events" << std::endl;
  }

  const std::string& data() const { return trial_.directory(); }
  std::string archive() const { return data() + "/archive"; }
  static bool GoOn(RestoreStep, uint64_t, uint64_t) { return true; }

  // Of every event, by position.
  void ReadStamps() {
    const auto source = RestoreSource::Open(PosixFileSystem(), data(), archive());
    ASSERT_TRUE(source.ok()) << source.status();
    const LogPieces& log = (*source)->log();
    const absl::Status status =
        log.Read({Position(0), (*source)->genesis()}, log.end(), [&](const RecordView& record) {
          return ReadPayload(record, [&](const Event& event, const EncodedEvent&) {
            stamps_.push_back(event.at);
          });
        });
    ASSERT_TRUE(status.ok()) << status;
  }

  uint64_t Below(uint64_t bound) { return random_() % bound; }

  // The ledger's directory, or any set: the archive has what a set is too old or too young for.
  RestoreOptions AnySource() {
    const uint64_t which = Below(sets_.size() + 1);
    return {.from = which < sets_.size() ? sets_[which] : data(),
            .archive = archive(),
            .to = temp_.path() + "/restored"};
  }

  void ExpectRestored(const RestoreOptions& options, Position expected) {
    SCOPED_TRACE(absl::StrCat("position ", expected.value(), " from ", options.from));
    const auto replayed = Replayed(data(), archive(), expected);
    ASSERT_TRUE(replayed.ok()) << replayed.status();
    const auto report = Restore({PosixFileSystem(), SystemClock(), SystemRandom()}, options, GoOn);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(Describe({report->position, report->digest}), Describe(*replayed));
    const auto loaded = Loaded(options.to);
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_EQ(Describe(*loaded), Describe(*replayed));
    EXPECT_EQ(ComplaintOf(VerifyLedger(options.to, "")), "");
    ++ways_[ToString(report->history)];
    fs::remove_all(options.to);
  }

  void PrintWays() const {
    for (const auto& [way, count] : ways_) std::cout << way << " " << count << " ";
    std::cout << std::endl;
  }

  const uint64_t seed_ = CrashSeed();
  std::mt19937_64 random_{seed_};
  const TempDir temp_;
  Trial trial_{[] {
    std::vector<std::string> flags = TrialFlags();
    flags.push_back("--snapshots-keep=2");
    return flags;
  }()};
  std::vector<std::string> sets_;
  std::vector<Instant> stamps_;
  std::map<std::string_view, int> ways_;  // where the history was found
};

TEST_F(Moments, ARestoreUntilAnyPositionIsAReplayOfTheLogUpToIt) {
  for (int i = 0; i < kMoments; ++i) {
    RestoreOptions options = AnySource();
    const Position position(1 + Below(stamps_.size()));
    options.until.position = position;
    ExpectRestored(options, position);
  }
  PrintWays();
}

TEST_F(Moments, ARestoreUntilAnyInstantIsAReplayOfTheLongestLogWithoutALaterStamp) {
  const auto [first, last] = std::minmax_element(stamps_.begin(), stamps_.end());
  for (int i = 0; i < kMoments; ++i) {
    RestoreOptions options = AnySource();
    // Every other one is an event's own, which is the last that belongs to it.
    const Instant instant =
        i % 2 == 0 ? stamps_[Below(stamps_.size())]
                   : Instant(first->value() +
                             static_cast<int64_t>(
                                 Below(static_cast<uint64_t>(last->value() - first->value()) + 1)));
    options.until.instant = instant;
    const auto later = std::find_if(stamps_.begin(), stamps_.end(),
                                    [&](Instant stamp) { return stamp > instant; });
    ExpectRestored(options, Position(static_cast<uint64_t>(later - stamps_.begin())));
  }
  PrintWays();
}

TEST_F(Moments, EachBackupSetAloneGivesTheMomentOfItsEnd) {
  for (const std::string& set : sets_) {
    const auto report = Restore({PosixFileSystem(), SystemClock(), SystemRandom()},
                                {.from = set, .to = temp_.path() + "/dry", .dry_run = true}, GoOn);
    ASSERT_TRUE(report.ok()) << report.status();
    ExpectRestored({.from = set, .to = temp_.path() + "/restored"}, report->last);
  }
}

}  // namespace
}  // namespace wallet::crash
