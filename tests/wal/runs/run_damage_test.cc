// Whatever happens to a run's bytes, it is told from what was written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>

#include "tests/support/forwarding_files.h"
#include "tests/wal/runs/run_fixture.h"
#include "wal/base/coding.h"
#include "wal/runs/limits.h"

namespace wallet {
namespace {

using testing::CheckRun;
using testing::Entries;
using ::testing::HasSubstr;
using testing::WithFilter;
using testing::WriteRun;

constexpr char kPath[] = "/run";

Entries Few() {
  Entries entries;
  for (uint64_t i = 0; i < 40; ++i) entries[{i / 3, i}] = "value " + std::to_string(i);
  return entries;
}

// Of equal size, so that blocks could change places unseen.
Entries Many() {
  Entries entries;
  for (uint64_t i = 0; i < 2000; ++i) entries[{1, 1000 + i}] = std::string(50, 'v');
  return entries;
}

std::string BytesOf(const Entries& entries, uint64_t salt = 7) {
  MemoryFiles files;
  RunWriterOptions options = WithFilter(entries);
  options.salt = salt;
  EXPECT_EQ(WriteRun(files, kPath, entries, options), absl::OkStatus());
  return files.Get(kPath);
}

absl::Status Check(const std::string& bytes, const Entries& expected) {
  MemoryFiles files;
  files.Put(kPath, bytes);
  return CheckRun(files, kPath, expected);
}

TEST(RunDamageTest, EveryFlippedBitIsSeen) {
  const std::string good = BytesOf(Few());
  ASSERT_EQ(Check(good, Few()), absl::OkStatus());
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    const absl::Status status = Check(bad, Few());
    ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << bit << ": " << status;
    ASSERT_THAT(std::string(status.message()), HasSubstr(kPath));
  }
}

TEST(RunDamageTest, EveryTruncationIsSeenAndSoAreBytesAdded) {
  const std::string good = BytesOf(Few());
  for (size_t size = 0; size < good.size(); ++size) {
    ASSERT_EQ(Check(good.substr(0, size), Few()).code(), absl::StatusCode::kDataLoss) << size;
  }
  EXPECT_EQ(Check(good + '\0', Few()).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Check(good + good, Few()).code(), absl::StatusCode::kDataLoss);
}

TEST(RunDamageTest, BlocksThatChangedPlacesAreSeen) {
  std::string bytes = BytesOf(Many());
  MemoryFiles files;
  files.Put(kPath, bytes);
  const auto run = *RunReader::Open(files, kPath, kPath);
  const BlockIndex& index = run->index();
  ASSERT_EQ(index.size_bytes(1), index.size_bytes(2));
  std::swap_ranges(bytes.begin() + static_cast<ptrdiff_t>(index.offset(1)),
                   bytes.begin() + static_cast<ptrdiff_t>(index.offset(2)),
                   bytes.begin() + static_cast<ptrdiff_t>(index.offset(2)));
  EXPECT_EQ(Check(bytes, Many()).code(), absl::StatusCode::kDataLoss);
}

TEST(RunDamageTest, ABlockOfAnotherRunInItsPlaceIsSeen) {
  std::string bytes = BytesOf(Many(), 1);
  const std::string other = BytesOf(Many(), 2);
  ASSERT_EQ(bytes.size(), other.size());
  bytes.replace(kRunHeaderBytes, kRunBlockBytes, other, kRunHeaderBytes, kRunBlockBytes);
  EXPECT_EQ(Check(bytes, Many()).code(), absl::StatusCode::kDataLoss);
}

TEST(RunDamageTest, DamageNamesItsByteAndWhatToDo) {
  std::string bytes = BytesOf(Many());
  MemoryFiles files;
  files.Put(kPath, bytes);
  const uint64_t offset = (*RunReader::Open(files, kPath, kPath))->index().offset(3);
  bytes[offset + 100] ^= 1;
  const absl::Status status = Check(bytes, Many());
  EXPECT_THAT(std::string(status.message()), HasSubstr("byte " + std::to_string(offset)));
  EXPECT_THAT(std::string(status.message()), HasSubstr("restore a backup"));
}

TEST(RunDamageTest, WhatComesBeforeDamageIsRightAndTheRestIsAnError) {
  std::string bytes = BytesOf(Many());
  MemoryFiles files;
  files.Put(kPath, bytes);
  const uint64_t offset = (*RunReader::Open(files, kPath, kPath))->index().offset(3);
  bytes[offset + 100] ^= 1;
  files.Put(kPath, bytes);
  const auto run = *RunReader::Open(files, kPath, kPath);
  const testing::RunEntries read = testing::ReadRun(*run);
  EXPECT_EQ(read.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(read.entries.rbegin()->first.order + 1, run->index().first(3).order);
}

TEST(RunDamageTest, AReadThatFailsIsNeverNotFound) {
  MemoryFiles files;
  files.Put(kPath, BytesOf(Few()));
  const auto run = *RunReader::Open(files, kPath, kPath);
  for (const absl::Status& error : {absl::NotFoundError("gone"), absl::DataLossError("EIO")}) {
    files.FailAt(files.operations() + 1, error);
    const testing::RunEntries read = testing::ReadRun(*run);
    EXPECT_EQ(read.status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(read.status.message()), HasSubstr(kPath));
    files.FailAt(files.operations() + 1, error);
    EXPECT_EQ(RunReader::Open(files, kPath, kPath).status().code(), absl::StatusCode::kDataLoss);
  }
  EXPECT_EQ(RunReader::Open(files, "/none", "/none").status().code(), absl::StatusCode::kDataLoss);
}

TEST(RunDamageTest, ARunWithoutASizeIsNotOpened) {
  MemoryFiles files;
  files.Put(kPath, BytesOf(Few()));
  SizelessFiles sizeless(files);
  EXPECT_EQ(RunReader::Open(sizeless, kPath, kPath).status().code(), absl::StatusCode::kInternal);
}

// With checksums made anew, so that only what they cover is wrong.
std::string Reforged(std::string bytes,
                     const std::function<void(std::string&, RunFooter&)>& change) {
  const uint64_t salt = *DecodeRunHeader(bytes, kPath);
  const std::string end = bytes.substr(bytes.size() - kRunFooterBytes);
  RunFooter footer = *DecodeRunFooter(end, salt, bytes.size(), kPath);
  bytes.resize(bytes.size() - kRunFooterBytes);
  change(bytes, footer);
  for (RunPart* part : {&footer.index, &footer.filter}) {
    const std::string_view content = std::string_view(bytes).substr(part->offset, part->size_bytes);
    part->checksum = Xxh3(content, RunChecksumSeed(salt, part->offset));
  }
  return bytes + EncodeRunFooter(footer, salt);
}

void ExpectFound(const std::string& bytes, const std::string& what) {
  const absl::Status status = Check(bytes, Few());
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr(what));
}

TEST(RunDamageTest, WhatNoChecksumCoversIsFoundByVerify) {
  const std::string good = BytesOf(Few());
  EXPECT_EQ(Reforged(good, [](std::string&, RunFooter&) {}), good);
  ExpectFound(Reforged(good, [](std::string&, RunFooter& f) { f.summary.hash[3] ^= 1; }),
              "hash of the whole");
  ExpectFound(Reforged(good, [](std::string&, RunFooter& f) { ++f.summary.entries; }), "counts");
  ExpectFound(Reforged(good, [](std::string&, RunFooter& f) { --f.summary.groups; }), "counts");
  ExpectFound(Reforged(good,
                       [](std::string& bytes, RunFooter& f) {
                         bytes.replace(f.filter.offset, f.filter.size_bytes, f.filter.size_bytes,
                                       0);
                       }),
              "misses a group");
}

TEST(RunDamageTest, ABlockThatIsNotWhatTheIndexSaysIsSeen) {
  const std::string good = BytesOf(Few());
  ExpectFound(Reforged(good,
                       [](std::string& bytes, RunFooter& f) {
                         bytes[f.index.offset + 2] = 1;  // the order of the first key
                         f.summary.first.order = 1;
                       }),
              "what the index says");
  ExpectFound(Reforged(good, [](std::string&, RunFooter& f) { ++f.summary.last.order; }),
              "what the index says");
}

TEST(RunDamageTest, ANewerVersionIsRefusedNamingBoth) {
  std::string bytes = BytesOf(Few());
  std::string begin = bytes.substr(0, 8);
  PutFixed<uint32_t>(begin, 2);
  PutFixed<uint32_t>(begin, 0);
  PutFixed<uint64_t>(begin, Xxh3(begin));
  const absl::Status status = Check(bytes.replace(0, begin.size(), begin), Few());
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()), HasSubstr("version 2"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("up to 1"));
}

TEST(RunDamageTest, VerifyShowsItsProgressAndCanBeStopped) {
  MemoryFiles files;
  files.Put(kPath, BytesOf(Many()));
  const auto run = *RunReader::Open(files, kPath, kPath);
  uint64_t last = 0;
  EXPECT_TRUE(run->Verify([&](uint64_t done, uint64_t total) {
                   EXPECT_GE(done, last);
                   EXPECT_LE(done, total);
                   last = done;
                   return true;
                 })
                  .ok());
  EXPECT_EQ(last, 2 * run->summary().size_bytes);
  EXPECT_EQ(run->Verify([](uint64_t, uint64_t) { return false; }).code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace wallet
