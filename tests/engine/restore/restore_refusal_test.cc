// A restore that can't be made says why and leaves nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "tests/engine/restore/restore_world.h"
#include "tests/support/forwarding_files.h"
#include "wal/limits.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;
using testing::RestoreWorld;

MATCHER_P2(Fails, code, message, "") {
  *result_listener << arg.status();
  return arg.status().code() == code &&
         ::testing::ExplainMatchResult(message, std::string(arg.status().message()),
                                       result_listener);
}

class RestoreRefusalTest : public ::testing::Test {
 protected:
  void ExpectNothingLeft() {
    EXPECT_FALSE(std::filesystem::exists(w.path("restored")));
    EXPECT_FALSE(std::filesystem::exists(w.path("restored.tmp")));
  }
  RestoreWorld w;
};

TEST_F(RestoreRefusalTest, AGapIsNamed) {
  const std::string from =
      w.MakeDirectory("data", {.log_begin = 80, .snapshots = {80}, .index = 100});
  const std::string archive = w.MakeArchive("archive", 0, 40);
  const auto first = w.EndBefore(40).position.value() + 1;
  const auto last = w.EndBefore(80).position.value();
  EXPECT_THAT(
      w.Run({.from = from, .archive = archive, .until = {.position = Position(75)}}),
      Fails(absl::StatusCode::kOutOfRange,
            HasSubstr(absl::StrCat("positions ", first, " … ", std::min<uint64_t>(last, 75)))));
  // Without the archive nothing before the snapshot is held.
  EXPECT_THAT(w.RunUntil(from, 10), Fails(absl::StatusCode::kOutOfRange, HasSubstr("--archive")));
  ExpectNothingLeft();
}

TEST_F(RestoreRefusalTest, APositionBeyondTheEndIsRefused) {
  const std::string from = w.MakeDirectory("data", {});
  EXPECT_THAT(w.RunUntil(from, 121), Fails(absl::StatusCode::kOutOfRange, HasSubstr("120")));
  ExpectNothingLeft();
}

TEST_F(RestoreRefusalTest, ADiskWithoutRoomIsRefusedBeforeAnythingIsWritten) {
  struct SmallDisk final : ForwardingFiles {
    using ForwardingFiles::ForwardingFiles;
    absl::StatusOr<uint64_t> FreeBytes(const std::string&) override { return free; }
    absl::Status CreateDirectory(const std::string& path) override {
      ++made;
      return ForwardingFiles::CreateDirectory(path);
    }
    uint64_t free = 0;
    int made = 0;
  };
  const std::string from = w.MakeDirectory("data", {.snapshots = {40}, .index = 90});
  for (const uint64_t position : {50, 100}) {  // the index rebuilt, and copied
    SmallDisk disk(w.files_);
    RestoreOptions options{.from = from,
                           .until = {.position = Position(position)},
                           .to = w.path("restored"),
                           .dry_run = true};
    disk.free = uint64_t{1} << 40;
    const auto dry = Restore({disk, w.clock_, w.random_}, options, w.progress_);
    ASSERT_TRUE(dry.ok()) << dry.status();
    disk.free = dry->bytes_to_write + kStorageRoomBytes - 1;
    for (const bool dry_run : {true, false}) {
      options.dry_run = dry_run;
      EXPECT_THAT(Restore({disk, w.clock_, w.random_}, options, w.progress_),
                  Fails(absl::StatusCode::kResourceExhausted, HasSubstr("make room")));
      EXPECT_EQ(disk.made, 0);
      ExpectNothingLeft();
    }
    ++disk.free;
    EXPECT_TRUE(Restore({disk, w.clock_, w.random_}, options, w.progress_).ok());
    w.Discard();
  }
}

TEST_F(RestoreRefusalTest, ADryRunFindsDamageInTheIndex) {
  const std::string from = w.MakeDirectory("data", {.snapshots = {40}, .index = 90});
  for (const auto& entry : std::filesystem::directory_iterator(from + "/index")) {
    if (entry.path().extension() != ".run") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(40);  // in the first block
    file.put('\x7f');
  }
  EXPECT_THAT(w.Run({.from = from, .dry_run = true}),
              Fails(absl::StatusCode::kDataLoss, HasSubstr(".run")));
}

TEST_F(RestoreRefusalTest, NothingIsOverwritten) {
  const std::string from = w.MakeDirectory("data", {});
  std::filesystem::create_directories(w.path("restored/mine"));
  EXPECT_THAT(w.RunUntil(from, 5), Fails(absl::StatusCode::kAlreadyExists, HasSubstr("restored")));
  std::filesystem::remove(w.path("restored/mine"));
  std::filesystem::create_directories(w.path("restored.tmp"));
  EXPECT_THAT(w.RunUntil(from, 5),
              Fails(absl::StatusCode::kAlreadyExists, HasSubstr("restored.tmp")));
  EXPECT_TRUE(std::filesystem::exists(w.path("restored.tmp")));
  std::filesystem::remove(w.path("restored.tmp"));
  EXPECT_TRUE(w.RunUntil(from, 5).ok());  // an empty directory is as good as none
  EXPECT_THAT(w.Run({.from = from, .to = w.path("no/where")}),
              Fails(absl::StatusCode::kInvalidArgument, HasSubstr("does not exist")));
}

TEST_F(RestoreRefusalTest, WhatIsNoSourceIsNamed) {
  EXPECT_THAT(w.Run({.from = w.path("nothing")}),
              Fails(absl::StatusCode::kNotFound, HasSubstr("neither a backup set")));
}

TEST_F(RestoreRefusalTest, ADirectoryInUseIsRefused) {
  const std::string from = w.MakeDirectory("data", {});
  const auto lock = w.files_.Lock(from + "/LOCK");
  EXPECT_THAT(w.RunUntil(from, 5), Fails(absl::StatusCode::kUnavailable, HasSubstr("in use")));
}

TEST_F(RestoreRefusalTest, TheArchiveOfAnotherLedgerIsRefused) {
  const std::string from = w.MakeDirectory("data", {});
  RestoreWorld other(2);
  const std::string unlike = other.MakeArchive("archive", 0, 120);
  EXPECT_THAT(w.Run({.from = w.MakeSet("set", 30, 30, 60), .archive = unlike}),
              Fails(absl::StatusCode::kDataLoss, HasSubstr("does not continue")));
  ExpectNothingLeft();
}

TEST_F(RestoreRefusalTest, ADamagedLogIsRefused) {
  const std::string set = w.MakeSet("set", 30, 60, 110);
  const std::string archive = BackupFilePath(set, "archive");
  const std::string segment = archive + "/" + w.files_.List(archive)->back();
  std::string bytes = *w.files_.ReadFile(segment);
  bytes[bytes.size() / 2] ^= 1;
  ASSERT_TRUE(w.files_.WriteFileAtomically(segment, bytes).ok());
  EXPECT_THAT(w.Run({.from = set}), Fails(absl::StatusCode::kDataLoss, HasSubstr("segment")));
  ExpectNothingLeft();
}

TEST_F(RestoreRefusalTest, ASetWithoutItsLastSegmentIsRefusedNotRestoredInPart) {
  const std::string set = w.MakeSet("set", 30, 30, 110);
  const std::string archive = BackupFilePath(set, "archive");
  std::filesystem::remove(archive + "/" + w.files_.List(archive)->back());
  EXPECT_THAT(w.Run({.from = set}), Fails(absl::StatusCode::kDataLoss, HasSubstr(archive)));
  ExpectNothingLeft();
}

TEST_F(RestoreRefusalTest, ASetWithAPartOfAnotherOneIsRefused) {
  const std::string older = w.MakeSet("older", 30, 40, 110), set = w.MakeSet("set", 30, 60, 110);
  const std::string index = BackupFilePath(set, "index"), ledger = BackupFilePath(set, "LEDGER");
  std::filesystem::rename(index, w.path("index"));
  std::filesystem::copy(BackupFilePath(older, "index"), index);
  EXPECT_THAT(w.Run({.from = set}), Fails(absl::StatusCode::kDataLoss, HasSubstr(index)));
  std::filesystem::remove_all(index);
  std::filesystem::rename(w.path("index"), index);
  LedgerIdentity other = w.identity();
  other.epoch = Epoch(78);
  ASSERT_TRUE(w.files_.WriteFileAtomically(ledger, EncodeIdentity(other)).ok());
  EXPECT_THAT(w.Run({.from = set}), Fails(absl::StatusCode::kDataLoss, HasSubstr(ledger)));
  ExpectNothingLeft();
}

TEST_F(RestoreRefusalTest, StoppedAnywhereItLeavesNothing) {
  const std::string from = w.MakeDirectory("data", {.snapshots = {20}, .index = 70});
  std::set<RestoreStep> steps;
  for (const uint64_t position : {60, 100}) {
    int calls = 0, stop_at = 0;
    w.progress_ = [&](RestoreStep step, uint64_t, uint64_t) {
      if (calls++ < stop_at) return true;
      steps.insert(step);
      return false;
    };
    for (;; stop_at += 1 + stop_at / 4, calls = 0) {
      const auto report = w.RunUntil(from, position);
      if (report.ok()) break;
      ASSERT_EQ(report.status().code(), absl::StatusCode::kCancelled) << report.status();
      ExpectNothingLeft();
    }
    w.Discard();
  }
  EXPECT_EQ(steps.size(), 5u);
}

TEST_F(RestoreRefusalTest, ADryRunSaysTheSameAndWritesNothing) {
  const std::string from = w.MakeDirectory("data", {.snapshots = {20}, .index = 70});
  for (const uint64_t position : {60, 100}) {
    RestoreOptions options{.from = from, .until = {.position = Position(position)}};
    options.dry_run = true;
    const auto dry = w.Run(options);
    ASSERT_TRUE(dry.ok()) << dry.status();
    ExpectNothingLeft();
    options.dry_run = false;
    const auto real = w.Run(options);
    ASSERT_TRUE(real.ok()) << real.status();
    EXPECT_EQ(dry->digest, real->digest);
    EXPECT_EQ(dry->position, real->position);
    EXPECT_EQ(dry->history, real->history);
    EXPECT_EQ(dry->open_withdrawals, real->open_withdrawals);
    w.Discard();
  }
}

}  // namespace
}  // namespace wallet
