#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "engine/backup/backup_contents.h"
#include "snapshot/backup_set.h"
#include "tests/support/memory_files.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;

BackupContents Sample() {
  BackupContents contents;
  contents.epoch = *Epoch::Parse("7f76xd36");
  contents.default_currency = *Currency::Parse("EUR");
  contents.created_at = Instant(1'700'000'001'000'000);
  contents.snapshot = Position(300);
  contents.index = Position(1'000);
  contents.log_begin = Position(300);
  contents.log_begin_hash.fill(0xab);
  contents.end = Position(70'000);
  contents.end_hash.fill(0xcd);
  return contents;
}

// Version 1, as it is in sets that exist.
constexpr char kGolden[] =
    "01000000fe9eaeff971f455552c084b6c1c1c4820303ac02e807ac02abababababababababababababababab"
    "ababababababababababababababababf0a204cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
    "cdcdcdcdcdcdcd";

TEST(BackupContentsTest, TheBytesOfVersion1AreWhatTheyWere) {
  EXPECT_EQ(absl::BytesToHexString(EncodeBackupContents(Sample())), kGolden);
  const auto decoded = DecodeBackupContents(absl::HexStringToBytes(kGolden), "x");
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, Sample());
}

TEST(BackupContentsTest, WithoutSnapshotAndIndexTheLogBeginsAtTheBeginning) {
  BackupContents contents = Sample();
  contents.snapshot.reset();
  contents.index.reset();
  EXPECT_FALSE(DecodeBackupContents(EncodeBackupContents(contents), "x").ok());
  contents.log_begin = Position(0);
  const auto decoded = DecodeBackupContents(EncodeBackupContents(contents), "x");
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, contents);
}

TEST(BackupContentsTest, WhatTheLogDoesNotReachIsRefused) {
  for (const auto& spoil : std::vector<void (*)(BackupContents&)>{
           [](BackupContents& c) { c.snapshot = Position(299); },
           [](BackupContents& c) { c.snapshot = Position(70'001); },
           [](BackupContents& c) { c.index = Position(299); },
           [](BackupContents& c) { c.index = Position(70'001); }}) {
    BackupContents contents = Sample();
    spoil(contents);
    EXPECT_EQ(DecodeBackupContents(EncodeBackupContents(contents), "x").status().code(),
              absl::StatusCode::kDataLoss);
  }
}

TEST(BackupContentsTest, ANewerVersionIsRefusedNamingBoth) {
  std::string bytes = EncodeBackupContents(Sample());
  bytes[0] = 2;
  const absl::Status status = DecodeBackupContents(bytes, "/b/MANIFEST").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  for (const char* part : {"/b/MANIFEST", "version 2", "version 1"}) {
    EXPECT_THAT(std::string(status.message()), HasSubstr(part));
  }
}

TEST(BackupContentsTest, WhatIsCutOrLongerOrVersionZeroIsDamaged) {
  const std::string bytes = EncodeBackupContents(Sample());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(DecodeBackupContents(bytes.substr(0, size), "x").status().code(),
              absl::StatusCode::kDataLoss)
        << size;
  }
  EXPECT_FALSE(DecodeBackupContents(bytes + '\0', "x").ok());
  std::string zero = bytes;
  zero[0] = 0;
  EXPECT_EQ(DecodeBackupContents(zero, "x").status().code(), absl::StatusCode::kDataLoss);
}

// Sample(), with some of its stored fields replaced by what no writer writes.
struct Stored {
  uint64_t epoch = Sample().epoch.bits();
  std::string currency = "EUR";
  uint64_t created_at = 1'700'000'001'000'000;
  uint8_t flags = 3;
  uint64_t snapshot = 300;
  uint64_t index = 1'000;

  std::string Bytes() const {
    const BackupContents sample = Sample();
    std::string bytes;
    PutFixed<uint32_t>(bytes, 1);
    PutVarint(bytes, epoch);
    bytes += currency;
    PutVarint(bytes, created_at);
    PutFixed<uint8_t>(bytes, flags);
    PutVarint(bytes, snapshot);
    PutVarint(bytes, index);
    PutVarint(bytes, sample.log_begin.value());
    bytes.append(sample.log_begin_hash.begin(), sample.log_begin_hash.end());
    PutVarint(bytes, sample.end.value());
    return bytes.append(sample.end_hash.begin(), sample.end_hash.end());
  }
};

TEST(BackupContentsTest, WhatNoWriterWritesIsDamaged) {
  ASSERT_EQ(Stored().Bytes(), EncodeBackupContents(Sample()));
  for (const Stored& lie : {Stored{.epoch = uint64_t{1} << 40}, Stored{.currency = "ABC"},
                            Stored{.created_at = static_cast<uint64_t>(kMaxInstant.value()) + 1},
                            Stored{.flags = 7}, Stored{.flags = 2}, Stored{.flags = 1}}) {
    EXPECT_EQ(DecodeBackupContents(lie.Bytes(), "x").status().code(), absl::StatusCode::kDataLoss);
  }
}

constexpr char kSnapshot[] = "snapshots/snapshot-00000000000000000300";
constexpr char kFirst[] = "archive/segment-00000000000000000301-00000000000000060000";
constexpr char kSecond[] = "archive/segment-00000000000000060001-00000000000000070000";

// The status of reading a set that lists these files and says that it holds Sample().
absl::Status ReadSetOf(const std::vector<std::string>& names) {
  MemoryFiles disk;
  EXPECT_TRUE(disk.CreateDirectory("/from").ok());
  std::vector<BackupSource> sources;
  for (const std::string& name : names) {
    const std::string path = "/from/" + std::to_string(sources.size());
    disk.Put(path, name);
    sources.push_back({name, path});
  }
  EXPECT_TRUE(CreateBackupSet(disk, "/set", sources, EncodeBackupContents(Sample())).ok());
  return ReadBackupContents(disk, "/set").status();
}

TEST(BackupContentsTest, ASetListsExactlyWhatItSaysItHolds) {
  EXPECT_TRUE(ReadSetOf({"LEDGER", kSnapshot, "index/MANIFEST", kFirst, kSecond}).ok());
  for (const auto& names : std::vector<std::vector<std::string>>{
           {kSnapshot, "index/MANIFEST", kFirst, kSecond},
           {"LEDGER", "index/MANIFEST", kFirst, kSecond},
           {"LEDGER", kSnapshot, kFirst, kSecond},
           {"LEDGER", kSnapshot, "index/a.run", kFirst, kSecond},
           {"LEDGER", kSnapshot, "index/MANIFEST", kFirst},
           {"LEDGER", kSnapshot, "index/MANIFEST", kSecond},
           {"LEDGER", kSnapshot, "index/MANIFEST", kFirst, kSecond, "notes"},
           {"LEDGER", kSnapshot, "snapshots/notes", "index/MANIFEST", kFirst, kSecond},
           {"LEDGER", kSnapshot, "snapshots-1/notes", "index/MANIFEST", kFirst, kSecond},
           {"LEDGER", kSnapshot, "index/MANIFEST", "archive/notes", kFirst, kSecond},
           {"LEDGER", kSnapshot, "snapshots/snapshot-00000000000000000301", "index/MANIFEST",
            kFirst, kSecond}}) {
    EXPECT_EQ(ReadSetOf(names).code(), absl::StatusCode::kDataLoss)
        << ::testing::PrintToString(names);
  }
}

TEST(BackupContentsTest, ASetThatIsNotOfALedgerIsRefused) {
  MemoryFiles disk;
  EXPECT_TRUE(CreateBackupSet(disk, "/set", {}, std::string("\1\0\0\0", 4) + "photographs").ok());
  const absl::Status status = ReadBackupContents(disk, "/set").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no backup set of a ledger"));
}

TEST(BackupContentsTest, WhereThereIsNoSetNothingIsFound) {
  MemoryFiles disk;
  EXPECT_EQ(ReadBackupContents(disk, "/nowhere").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace wallet
