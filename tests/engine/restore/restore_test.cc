// What is restored is what was there at the moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "tests/engine/restore/restore_world.h"

namespace wallet {
namespace {

using testing::DigestOf;
using testing::IdleExecutor;
using testing::RestoreWorld;

// Of the directory and those in it, by name.
std::map<std::string, std::string> FilesIn(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files[std::filesystem::relative(entry.path(), directory)].assign(
        std::istreambuf_iterator<char>(file), {});
  }
  return files;
}

class RestoreTest : public ::testing::Test {
 protected:
  // Opened as the next restore would open it.
  std::unique_ptr<RestoreSource> Restored() {
    auto source = RestoreSource::Open(w.files_, w.path("restored"), "");
    EXPECT_TRUE(source.ok()) << source.status();
    return *std::move(source);
  }

  RestoreWorld w;
};

TEST_F(RestoreTest, TheDigestAtEveryPositionIsThatOfAFreshReplay) {
  const std::string plain = w.MakeDirectory("plain", {});
  const std::string indexed =
      w.MakeDirectory("indexed", {.log_begin = 20, .snapshots = {20, 50}, .index = 70});
  const std::string set = w.MakeSet("set", 30, 60, 110);
  std::mt19937_64 random(7);
  for (int i = 0; i < 6; ++i) {
    for (const auto& [from, least, most] :
         {std::tuple(plain, 0, 120), std::tuple(indexed, 20, 120), std::tuple(set, 30, 108)}) {
      const uint64_t position = least + random() % (most - least);
      SCOPED_TRACE(absl::StrCat(from, " until ", position));
      const auto report = w.RunUntil(from, position);
      ASSERT_TRUE(report.ok()) << report.status();
      EXPECT_EQ(report->position, Position(position));
      EXPECT_EQ(report->digest, DigestOf(w.story(), Position(position)));
      EXPECT_EQ(Restored()->log().end(), Position(position));
      w.Discard();
    }
  }
}

TEST_F(RestoreTest, WithoutAMomentEverythingIsRestored) {
  const std::string from = w.MakeDirectory("data", {.snapshots = {40}, .index = 90});
  const auto report = w.Run({.from = from});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->position, Position(RestoreWorld::kEvents));
  EXPECT_EQ(report->last, report->position);
  EXPECT_EQ(report->digest, DigestOf(w.story(), report->position));
  EXPECT_EQ(report->snapshot, w.EndBefore(40).position);
  EXPECT_EQ(report->history, HistoryFrom::kCopied);
  int64_t transactions = 0;
  for (const auto& [user, of] : w.story().users()) transactions += static_cast<int64_t>(of.size());
  EXPECT_EQ(report->transactions, transactions);
}

TEST_F(RestoreTest, ATimeMeansTheLongestBeginningWithoutALaterStamp) {
  const std::string from =
      w.MakeDirectory("data", {.snapshots = {30, 60}, .index = RestoreWorld::kEvents});
  for (const uint64_t position : {1, 29, 30, 77, 120}) {
    const Instant stamp = w.StampOf(Position(position));
    for (const int64_t later_us : {0, 1}) {
      const auto report =
          w.Run({.from = from, .until = {.instant = Instant(stamp.value() + later_us)}});
      ASSERT_TRUE(report.ok()) << report.status();
      EXPECT_EQ(report->position, Position(position));
      EXPECT_EQ(report->last_stamp, stamp);
      w.Discard();
    }
    const auto before = w.Run({.from = from, .until = {.instant = Instant(stamp.value() - 1)}});
    ASSERT_TRUE(before.ok()) << before.status();
    EXPECT_EQ(before->position, Position(position - 1));
    w.Discard();
  }
}

TEST_F(RestoreTest, TheRestoredLedgerHasANewEpochAndItsBankIsPaused) {
  const std::string from = w.MakeDirectory("data", {});
  const auto report = w.RunUntil(from, 33);
  ASSERT_TRUE(report.ok()) << report.status();
  const LedgerIdentity identity = Restored()->identity();
  EXPECT_EQ(identity.epoch, report->epoch);
  EXPECT_NE(identity.epoch, w.identity().epoch);
  EXPECT_EQ(report->from_epoch, w.identity().epoch);
  EXPECT_TRUE(identity.bank_paused());
  EXPECT_EQ(identity.restored->position, Position(33));
  EXPECT_EQ(identity.restored->from, w.identity().epoch);
  EXPECT_EQ(identity.chain_seed, w.identity().chain_seed);
}

TEST_F(RestoreTest, ItCanBeWrittenToAndRestoredAgain) {
  const std::string from = w.MakeDirectory("data", {.snapshots = {40}, .index = 90});
  for (const uint64_t position : {50, 100}) {  // the index rebuilt, and copied
    ASSERT_TRUE(w.RunUntil(from, position).ok());
    IdleExecutor idle;
    {
      auto log = RocksLog::Open(w.files_, RestoreWorld::LogOptions(w.path("restored")), idle);
      ASSERT_TRUE(log.ok()) << log.status();
      EXPECT_EQ((*log)->end(), Position(position));
      const Event& event = w.story().event(position);
      std::string events;
      EncodeEvent(event, event.at, events);
      const std::string head = SegmentHead(events.size(), 1, event.at);
      const std::string_view parts[] = {kPayloadStart, head, events};
      (*log)->Append((*log)->end(), 1, parts,
                     [](absl::Status status) { ASSERT_TRUE(status.ok()); });
    }
    const auto again = w.Run({.from = w.path("restored"), .to = w.path("again")});
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->position, Position(position + 1));
    EXPECT_EQ(again->digest, DigestOf(w.story(), Position(position + 1)));
    w.Discard();
    w.Discard("again");
  }
}

TEST_F(RestoreTest, TheSourceIsLeftAsItWas) {
  const std::string from = w.MakeDirectory("data", {.snapshots = {40}, .index = 90});
  std::ofstream(from + "/LOCK");
  {
    // What was appended last is in RocksDB's own log, which an open for writing tidies away.
    IdleExecutor idle;
    auto log = RocksLog::Open(w.files_, RestoreWorld::LogOptions(from), idle);
    ASSERT_TRUE(log.ok()) << log.status();
    const std::string_view parts[] = {kPayloadStart};
    (*log)->Append((*log)->end(), 1, parts, [](absl::Status status) { ASSERT_TRUE(status.ok()); });
  }
  const auto before = FilesIn(from);
  for (const bool dry_run : {true, false}) {
    const auto report =
        w.Run({.from = from, .until = {.position = Position(100)}, .dry_run = dry_run});
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(FilesIn(from), before);
  }
}

TEST_F(RestoreTest, ADryRunSaysHowMuchWouldBeWritten) {
  const std::string from = w.MakeDirectory("data", {.snapshots = {40}, .index = 90});
  for (const uint64_t position : {50, 100}) {  // the index rebuilt, and copied
    const auto report =
        w.Run({.from = from, .until = {.position = Position(position)}, .dry_run = true});
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_FALSE(std::filesystem::exists(w.path("restored")));
    EXPECT_GT(report->bytes_free, report->bytes_to_write);
    ASSERT_TRUE(w.RunUntil(from, position).ok());
    uint64_t written = 0;
    for (const auto& [name, bytes] : FilesIn(w.path("restored"))) {
      if (name.starts_with("index/") || name.starts_with("snapshots/")) written += bytes.size();
    }
    EXPECT_GE(report->bytes_to_write + 1'000, written);  // manifests and heads are not counted
    EXPECT_LE(report->bytes_to_write, 2 * written + 100'000);
    w.Discard();
  }
}

TEST_F(RestoreTest, AnArchiveGivesWhatTheDirectoryHasLetGoOf) {
  const std::string from =
      w.MakeDirectory("data", {.log_begin = 80, .snapshots = {80}, .index = 100});
  const std::string archive = w.MakeArchive("archive", 0, 90);
  const auto report =
      w.Run({.from = from, .archive = archive, .until = {.position = Position(15)}});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->digest, DigestOf(w.story(), Position(15)));
  EXPECT_EQ(report->history, HistoryFrom::kRebuilt);
}

TEST_F(RestoreTest, AnArchiveGivesWhatCameAfterTheSet) {
  const std::string set = w.MakeSet("set", 30, 60, 80);
  const std::string archive = w.MakeArchive("archive", 70, 120);
  const auto report = w.Run({.from = set, .archive = archive});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->position, Position(120));
  EXPECT_EQ(report->digest, DigestOf(w.story(), Position(120)));
  EXPECT_TRUE(report->archive_read);
}

TEST_F(RestoreTest, OfAnArchiveThatIsNotNeededItIsSaidThatItWasNotRead) {
  const std::string set = w.MakeSet("set", 30, 60, 80);
  const std::string archive = w.MakeArchive("archive", 0, 40);
  const auto report = w.Run({.from = set, .archive = archive});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->position, report->last);
  EXPECT_FALSE(report->archive_read);
}

TEST_F(RestoreTest, ASetMadeAtASnapshotNeedsNoLog) {
  const std::string set = w.MakeSet("set", 60, 60, 60);
  const auto report = w.Run({.from = set});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->position, w.EndBefore(60).position);
  EXPECT_EQ(report->digest, DigestOf(w.story(), report->position));
}

TEST_F(RestoreTest, ADamagedSnapshotIsPassedOverForTheOneBefore) {
  const std::string from = w.MakeDirectory("data", {.snapshots = {30, 60}, .index = 100});
  const std::string name = SnapshotName(w.EndBefore(60).position);
  const std::string path = from + "/snapshots/" + name;
  std::string bytes = *w.files_.ReadFile(path);
  bytes[bytes.size() / 2] ^= 1;
  ASSERT_TRUE(w.files_.WriteFileAtomically(path, bytes).ok());
  const auto report = w.RunUntil(from, 110);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->snapshot, w.EndBefore(30).position);
  ASSERT_EQ(report->notes.size(), 1u);
  EXPECT_THAT(report->notes[0], ::testing::HasSubstr(name));
  EXPECT_EQ(report->digest, DigestOf(w.story(), Position(110)));
}

TEST_F(RestoreTest, NothingAtAllCanBeRestored) {
  for (const auto& from :
       {w.MakeDirectory("plain", {}), w.MakeDirectory("indexed", {.index = 90})}) {
    const auto report = w.RunUntil(from, 0);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->accounts, 0);
    EXPECT_EQ(report->digest, Digest());
    w.Discard();
  }
}

TEST_F(RestoreTest, TheSimulatedBanksBookIsTakenOverAsItIsNow) {
  const std::string from = w.MakeDirectory("data", {});
  const std::string set = w.MakeSet("set", std::nullopt, std::nullopt, 100);
  auto report = w.RunUntil(from, 5);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->has_bank_book);
  EXPECT_EQ(*w.files_.ReadFile(w.path("restored/bank-sim.book")),
            *w.files_.ReadFile(from + "/bank-sim.book"));
  w.Discard();
  report = w.RunUntil(set, 5);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_FALSE(report->has_bank_book);
  EXPECT_EQ(*w.files_.ReadFile(w.path("restored/bank-sim.book")), "wallet-sim-book 1\n");
}

}  // namespace
}  // namespace wallet
