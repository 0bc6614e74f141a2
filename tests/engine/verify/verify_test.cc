// A directory at rest is verified clean, and everything that its parts say differently is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "snapshot/catalog.h"
#include "tests/engine/verify/stored_ledger.h"

namespace wallet {
namespace {

using ::testing::Contains;
using testing::Differing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Sentences;
using testing::StoredLedger;

std::map<std::string, CheckResult> ByName(const VerifyReport& report) {
  std::map<std::string, CheckResult> checks;
  for (const CheckResult& check : report.checks) checks.emplace(check.name, check);
  return checks;
}

// Two snapshots, an index that goes further, and some log behind it.
class VerifyTest : public ::testing::Test {
 protected:
  VerifyTest() {
    older_ = Events(80);
    newer_ = Events(60);
    indexed_ = Events(30);
    Events(20);
    stored_.Log();
  }
  Position Events(int count) {
    stored_.Live(count);
    stored_.Log();
    return stored_.end();
  }
  void MakeAll() {
    stored_.Snapshot(older_);
    stored_.Snapshot(newer_);
    stored_.Index(indexed_);
  }

  StoredLedger stored_;
  Position older_, newer_, indexed_;
};

TEST_F(VerifyTest, AWholeDirectoryIsCleanAndTheFiguresSayWhatWasRead) {
  MakeAll();
  const VerifyReport report = stored_.Verify();
  EXPECT_TRUE(report.clean()) << Sentences(report);
  const auto checks = ByName(report);
  for (const auto& [name, check] : checks) EXPECT_EQ(check.outcome, CheckOutcome::kOk) << name;
  EXPECT_EQ(checks.at("log").count, stored_.end().value());
  EXPECT_EQ(checks.at("replay").count, stored_.end().value());
  EXPECT_EQ(checks.at("index log").count, indexed_.value());
  const uint64_t rows = checks.at("index rows").count;
  EXPECT_GT(rows, 0u);
  EXPECT_LT(rows, indexed_.value());
  EXPECT_EQ(checks.at("index keys").count, rows);
  EXPECT_GT(checks.at("snapshot " + std::to_string(newer_.value())).count, 9u);
}

TEST_F(VerifyTest, AnEmptyLedgerIsClean) {
  StoredLedger empty;
  EXPECT_TRUE(empty.Verify().clean());
}

TEST_F(VerifyTest, NothingIsChanged) {
  MakeAll();
  const auto before = stored_.Files();
  stored_.Verify();
  EXPECT_EQ(stored_.Files(), before);
}

TEST_F(VerifyTest, ATrimmedLogIsReplayedFromTheOldestSnapshot) {
  MakeAll();
  stored_.TrimLog(older_);
  const VerifyReport report = stored_.Verify();
  EXPECT_TRUE(report.clean()) << Sentences(report);
  EXPECT_EQ(ByName(report).at("replay").count, stored_.end().value() - older_.value());
}

TEST_F(VerifyTest, WithItsArchiveATrimmedLogIsReplayedFromTheBeginning) {
  MakeAll();
  stored_.Archive(newer_);
  stored_.TrimLog(older_);
  const VerifyReport report = stored_.Verify(/*with_archive=*/true);
  EXPECT_TRUE(report.clean()) << Sentences(report);
  EXPECT_EQ(ByName(report).at("archive").count, newer_.value());
  EXPECT_EQ(ByName(report).at("replay").count, stored_.end().value());
}

TEST_F(VerifyTest, AnArchiveThatEndsBeforeTheLogBeginsIsADifference) {
  MakeAll();
  stored_.Archive(older_);
  stored_.TrimLog(newer_);
  const VerifyReport report = stored_.Verify(/*with_archive=*/true);
  EXPECT_THAT(Differing(report), Contains("archive"));
  EXPECT_THAT(Sentences(report), HasSubstr("nobody holds positions"));
}

TEST_F(VerifyTest, AnArchiveOfAnotherLedgerIsADifference) {
  StoredLedger other;
  other.Live(20);
  other.Log();
  other.Archive(other.end());
  const auto report =
      VerifyDirectory(PosixFileSystem(), SystemClock(),
                      {.directory = stored_.path(), .archive = other.archive_path()});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(Differing(*report), ElementsAre("archive"));
  EXPECT_THAT(Sentences(*report), HasSubstr("another ledger"));
}

TEST_F(VerifyTest, ASnapshotOfAnotherStateIsADifferenceThoughItsChecksumsAreRight) {
  Event more = stored_.events().front();
  stored_.Snapshot(older_, [&](Ledger& ledger) {
    more.id = TransactionId(ledger.SummaryOf(more.user).last.value() + 1);
    ledger.Apply(more);
  });
  stored_.Snapshot(newer_);
  const VerifyReport report = stored_.Verify();
  EXPECT_THAT(Differing(report), ElementsAre("replay"));
  EXPECT_THAT(Sentences(report), HasSubstr("the replay's digest is"));
  // And where it is what the replay must begin from, by what no longer fits it.
  stored_.TrimLog(older_);
  const VerifyReport trimmed = stored_.Verify();
  EXPECT_THAT(Differing(trimmed), Contains("replay"));
  EXPECT_THAT(Sentences(trimmed), HasSubstr("does not fit"));
}

TEST_F(VerifyTest, ASnapshotOfAnotherRecordIsADifference) {
  StoredLedger other;
  other.Live(80);
  other.Log();
  other.Snapshot(other.end());
  MakeAll();
  ASSERT_EQ(other.end(), older_);
  const std::string name = "snapshots/" + SnapshotName(older_);
  std::filesystem::copy_file(other.path(name), stored_.path(name),
                             std::filesystem::copy_options::overwrite_existing);
  const VerifyReport report = stored_.Verify();
  EXPECT_THAT(Differing(report), ElementsAre("snapshot " + std::to_string(older_.value())));
  EXPECT_THAT(Sentences(report), HasSubstr("behind another record"));
}

TEST_F(VerifyTest, ALogWithoutItsBeginningAndWithoutASnapshotIsADifference) {
  stored_.TrimLog(older_);
  const VerifyReport report = stored_.Verify();
  EXPECT_THAT(Differing(report), Contains("replay"));
  EXPECT_THAT(Sentences(report), HasSubstr("no sound snapshot"));
}

TEST_F(VerifyTest, ARowThatTheIndexLacksIsNamed) {
  const Event lacking = stored_.events()[2];
  stored_.Index(indexed_, [&](const Event& event) {
    return event.user != lacking.user || event.id < TransactionId(3);
  });
  const VerifyReport report = stored_.Verify();
  EXPECT_THAT(Differing(report), ElementsAre("index log", "index rows"));
  EXPECT_THAT(Sentences(report), HasSubstr("the index does not"));
  EXPECT_THAT(Sentences(report), HasSubstr("the index ends with transaction 2"));
}

TEST_F(VerifyTest, AMoveThatTheIndexLacksIsNamed) {
  stored_.Index(indexed_,
                [](const Event& event) { return event.type != EventType::kWithdrawalMoved; });
  const VerifyReport report = stored_.Verify();
  EXPECT_THAT(Differing(report), Contains("index log"));
  EXPECT_THAT(Sentences(report), HasSubstr("it was moved to dispatching"));
}

TEST_F(VerifyTest, AnIndexOfAnotherAmountIsNamedByTheLogAndByTheBalance) {
  const Amount right = stored_.events()[0].amount;
  stored_.events()[0].amount = Amount(right.value() + 1);
  stored_.Index(indexed_);
  const VerifyReport report = stored_.Verify();
  EXPECT_THAT(Differing(report), ElementsAre("index log", "index rows"));
  EXPECT_THAT(Sentences(report), HasSubstr("amount is 100 in the log and 101 in the index"));
  EXPECT_THAT(Sentences(report), HasSubstr("total adds up to"));
}

TEST_F(VerifyTest, AnIndexOfAnotherKeyIsNamed) {
  stored_.events()[0].key = "another";
  stored_.Index(indexed_);
  const VerifyReport report = stored_.Verify();
  EXPECT_THAT(Differing(report), ElementsAre("index log"));
  EXPECT_THAT(Sentences(report), HasSubstr("key is 'key-0' in the log and 'another' in the index"));
}

TEST_F(VerifyTest, AnIndexThatKnowsMoreThanTheLogIsADifference) {
  stored_.Live(5);
  stored_.Index(stored_.end());
  const VerifyReport report = stored_.Verify();
  EXPECT_THAT(Differing(report), Contains("index place"));
  EXPECT_THAT(Sentences(report), HasSubstr("but the log ends at"));
}

TEST_F(VerifyTest, AnIndexThatTheLogNoLongerContinuesIsADifference) {
  stored_.Snapshot(newer_);
  stored_.Index(older_);
  stored_.TrimLog(newer_);
  const VerifyReport report = stored_.Verify();
  EXPECT_THAT(Differing(report), Contains("index place"));
  EXPECT_THAT(Sentences(report), HasSubstr("what happened between is lost"));
}

TEST_F(VerifyTest, NoIndexBesideATrimmedLogIsADifference) {
  stored_.Snapshot(older_);
  stored_.TrimLog(older_);
  const VerifyReport report = stored_.Verify();
  EXPECT_THAT(Differing(report), ElementsAre("index"));
}

TEST_F(VerifyTest, ADirectoryThatIsInUseOrNoLedgerIsRefused) {
  const auto held = PosixFileSystem().Lock(stored_.path("LOCK"));
  ASSERT_TRUE(held.ok());
  const auto verify = [](const std::string& path) {
    return VerifyDirectory(PosixFileSystem(), SystemClock(), {.directory = path}).status().code();
  };
  EXPECT_EQ(verify(stored_.path()), absl::StatusCode::kUnavailable);
  EXPECT_EQ(verify(stored_.path("nowhere")), absl::StatusCode::kNotFound);
  EXPECT_EQ(verify(stored_.archive_path()), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace wallet
