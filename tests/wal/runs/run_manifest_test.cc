#include "wal/runs/run_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>

#include "wal/base/coding.h"
#include "wal/base/hash.h"
#include "wal/runs/limits.h"
#include "wal/runs/run_format.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;

RunInfo RunNo(uint64_t number) {
  RunInfo run;
  run.number = RunNumber(number);
  run.level = static_cast<uint32_t>(number % 3);
  run.summary = {10 * number, number, {1, 2}, {3, 4}, 1000 * number, {}};
  run.summary.hash.fill(static_cast<uint8_t>(number));
  return run;
}

RunManifest Sample() {
  RunManifest manifest;
  manifest.sequence = 12;
  manifest.next_number = 300;
  manifest.position = Position(1'000'000);
  manifest.metadata = "opaque";
  manifest.families = {{"rows", {RunNo(299), RunNo(4)}}, {"keys", {RunNo(7)}}, {"none", {}}};
  return manifest;
}

absl::Status Decoded(const std::string& bytes) {
  return DecodeRunManifest(bytes, "/MANIFEST").status();
}

// With the checksum made anew, so that only the content is wrong.
std::string Resealed(std::string bytes, const std::function<void(std::string&)>& change) {
  bytes.resize(bytes.size() - sizeof(uint64_t));
  change(bytes);
  PutFixed<uint64_t>(bytes, Xxh3(bytes));
  return bytes;
}

TEST(RunManifestTest, WhatIsEncodedIsDecoded) {
  const auto decoded = DecodeRunManifest(EncodeRunManifest(Sample()), "/MANIFEST");
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, Sample());
}

TEST(RunManifestTest, EveryFlippedBitIsSeen) {
  const std::string good = EncodeRunManifest(Sample());
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(Decoded(bad).code(), absl::StatusCode::kDataLoss) << bit;
  }
}

TEST(RunManifestTest, EveryTruncationIsSeenAndSoAreBytesAdded) {
  const std::string good = EncodeRunManifest(Sample());
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(Decoded(good.substr(0, size)).code(), absl::StatusCode::kDataLoss) << size;
  }
  EXPECT_EQ(Decoded(good + '\0').code(), absl::StatusCode::kDataLoss);
}

TEST(RunManifestTest, AnyBytesWithARightChecksumAreDecodedOrRefused) {
  const std::string good = EncodeRunManifest(Sample());
  for (size_t i = kPreambleBytes; i < good.size() - sizeof(uint64_t); ++i) {
    for (const int value : {0, 1, 127, 128, 255}) {
      const std::string bytes =
          Resealed(good, [&](std::string& b) { b[i] = static_cast<char>(value); });
      const auto decoded = DecodeRunManifest(bytes, "/MANIFEST");
      if (decoded.ok()) {
        EXPECT_EQ(EncodeRunManifest(*decoded), bytes);
      }
    }
  }
}

// As EncodeRunManifest, which writes no nonsense, would write it.
std::string ForgedManifest(const RunManifest& manifest, uint64_t level = 0) {
  std::string bytes = EncodePreamble(kRunManifestFormat);
  for (const uint64_t number :
       {manifest.sequence, manifest.next_number, manifest.position.value()}) {
    PutVarint(bytes, number);
  }
  PutBytes(bytes, manifest.metadata);
  PutVarint(bytes, manifest.families.size());
  for (const RunFamilyInfo& family : manifest.families) {
    PutBytes(bytes, family.name);
    PutVarint(bytes, family.runs.size());
    for (const RunInfo& run : family.runs) {
      const RunSummary& summary = run.summary;
      for (const uint64_t number : {run.number.value(), level + run.level, summary.entries,
                                    summary.groups, summary.first.group, summary.first.order,
                                    summary.last.group, summary.last.order, summary.size_bytes}) {
        PutVarint(bytes, number);
      }
      bytes.append(summary.hash.begin(), summary.hash.end());
    }
  }
  PutFixed<uint64_t>(bytes, Xxh3(bytes));
  return bytes;
}

TEST(RunManifestTest, WhatNoWriterWritesIsRefusedUnderAnyChecksum) {
  ASSERT_EQ(ForgedManifest(Sample()), EncodeRunManifest(Sample()));
  using Lie = std::function<void(RunManifest&)>;
  const std::pair<Lie, std::string> lies[] = {
      {[](RunManifest& m) { m.metadata.resize(kMaxRunMetadataBytes + 1); }, "metadata is too long"},
      {[](RunManifest& m) { m.families.resize(kMaxRunFamilies + 1); }, "too many families"},
      {[](RunManifest& m) { m.families[0].name = "Rows"; }, "a family's name is none"},
      {[](RunManifest& m) { m.families[0].name = ""; }, "a family's name is none"},
      {[](RunManifest& m) { m.families[0].name.assign(kMaxRunFamilyNameBytes + 1, 'r'); },
       "a family's name is none"},
      {[](RunManifest& m) { m.families[1].name = "rows"; }, "the family rows twice"},
      {[](RunManifest& m) { m.families[1].runs[0].number = RunNumber(4); },
       "keys-0000000004.run twice"},
      {[](RunManifest& m) { m.next_number = 299; }, "rows-0000000299.run is ahead"},
      {[](RunManifest& m) { m.families[0].runs[0].summary.entries = 0; }, "fits no run"},
      {[](RunManifest& m) { m.families[0].runs[0].summary.groups = 0; }, "fits no run"},
      {[](RunManifest& m) { m.families[0].runs[0].summary.groups = 2991; }, "fits no run"},
      {[](RunManifest& m) {
         m.families[0].runs[0].summary.first = {3, 5};
       },
       "fits no run"},
  };
  for (const auto& [lie, what] : lies) {
    RunManifest manifest = Sample();
    lie(manifest);
    const absl::Status status = Decoded(ForgedManifest(manifest));
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << what;
    EXPECT_THAT(std::string(status.message()), HasSubstr(what));
  }
  EXPECT_EQ(Decoded(ForgedManifest(Sample(), uint64_t{1} << 32)).code(),
            absl::StatusCode::kDataLoss);
}

TEST(RunManifestTest, ANewerVersionIsRefusedNamingBoth) {
  std::string bytes = EncodeRunManifest(Sample());
  std::string begin = bytes.substr(0, 8);
  PutFixed<uint32_t>(begin, 3);
  PutFixed<uint32_t>(begin, 0);
  PutFixed<uint64_t>(begin, Xxh3(begin));
  bytes = Resealed(bytes, [&](std::string& b) { b.replace(0, begin.size(), begin); });
  EXPECT_EQ(Decoded(bytes).code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(Decoded(bytes).message()), HasSubstr("version 3"));
  EXPECT_THAT(std::string(Decoded(bytes).message()), HasSubstr("up to 1"));
}

TEST(RunManifestDeathTest, WhatMakesNoSenseIsNotWritten) {
  RunManifest twice = Sample();
  twice.families[1].runs.push_back(RunNo(4));
  EXPECT_DEATH(EncodeRunManifest(twice), "keys-0000000004.run twice");
  RunManifest ahead = Sample();
  ahead.next_number = 299;
  EXPECT_DEATH(EncodeRunManifest(ahead), "ahead of its numbers");
  RunManifest named = Sample();
  named.families[0].name = "../rows";
  EXPECT_DEATH(EncodeRunManifest(named), "name");
  RunManifest same = Sample();
  same.families[0].name = "keys";
  EXPECT_DEATH(EncodeRunManifest(same), "twice");
}

TEST(RunManifestTest, AFileHasOneNameAndNoOtherLooksLikeIt) {
  EXPECT_EQ(RunFileName("rows", RunNumber(12)), "rows-0000000012.run");
  EXPECT_EQ(RunFileName("rows", RunNumber(12'345'678'901)), "rows-12345678901.run");
  for (const uint64_t number : {uint64_t{0}, uint64_t{12}, UINT64_MAX}) {
    EXPECT_TRUE(IsRunFileName(RunFileName("a_1", RunNumber(number))));
  }
  for (const char* name : {"", "MANIFEST", "rows.run", "-0000000012.run", "rows-.run",
                           "rows-12.run", "Rows-0000000012.run", "rows-0000000012.run.tmp",
                           "rows-00000x0012.run", "rows-0000000012.ru", "ro/ws-0000000012.run",
                           "rows-00000000012.run", "rows-18446744073709551616.run"}) {
    EXPECT_FALSE(IsRunFileName(name)) << name;
  }
}

}  // namespace
}  // namespace wallet
