// A run answers what a map would.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/wal/runs/run_fixture.h"
#include "wal/runs/limits.h"
#include "wal/runs/run_cursor.h"

namespace wallet {
namespace {

using testing::AnyEntries;
using testing::Entries;
using testing::RepeatedRandom;
using testing::WithFilter;
using testing::WriteRun;

using Listed = std::vector<std::pair<RunKey, std::string>>;

std::unique_ptr<RunReader> Stored(MemoryFiles& files, const Entries& entries) {
  EXPECT_EQ(WriteRun(files, "/run", entries, WithFilter(entries)), absl::OkStatus());
  auto run = RunReader::Open(files, "/run", "/run");
  EXPECT_TRUE(run.ok()) << run.status();
  return *std::move(run);
}

Listed InMap(const Entries& entries, RunKey from, RunKey to) {
  if (to < from) return {};
  return {entries.lower_bound(from), entries.upper_bound(to)};
}

Listed InRun(const RunReader& run, RunKey from, RunKey to, bool back) {
  Listed listed;
  const auto visit = [&](const RunEntry& entry) {
    listed.emplace_back(entry.key, entry.value);
    return true;
  };
  const absl::Status status = back ? run.ScanBack(from, to, visit) : run.Scan(from, to, visit);
  EXPECT_TRUE(status.ok()) << status;
  return listed;
}

void ExpectSameRange(const RunReader& run, const Entries& entries, RunKey from, RunKey to) {
  Listed expected = InMap(entries, from, to);
  RC_ASSERT(InRun(run, from, to, false) == expected);
  std::reverse(expected.begin(), expected.end());
  RC_ASSERT(InRun(run, from, to, true) == expected);
}

RC_GTEST_PROP(RunProperty, AnyRangeEitherWayIsThatOfAMap, ()) {
  RepeatedRandom random(*rc::gen::arbitrary<uint64_t>());
  const testing::Shape shape{
      *rc::gen::inRange<uint64_t>(1, 600), *rc::gen::inRange<uint64_t>(1, 50),
      *rc::gen::inRange<uint64_t>(1, 300), *rc::gen::inRange<uint64_t>(0, 400)};
  const Entries entries = AnyEntries(random, shape);
  MemoryFiles files;
  const auto run = Stored(files, entries);
  RC_ASSERT(run->summary().entries == entries.size());
  RC_ASSERT(run->summary().groups == testing::GroupsOf(entries));
  ExpectSameRange(*run, entries, kFirstRunKey, kLastRunKey);
  for (int i = 0; i < 20; ++i) {
    const RunKey from{random.Below(shape.groups + 1), random.Below(shape.orders + 1)};
    const RunKey to{random.Below(shape.groups + 1), random.Below(shape.orders + 1)};
    ExpectSameRange(*run, entries, from, to);
  }
  for (const auto& [key, value] : entries) RC_ASSERT(run->MayContain(key.group));
}

TEST(RunTest, TheEndsOfTheKeySpaceAndOfAValueFit) {
  Entries entries;
  entries[kFirstRunKey] = "";
  entries[{0, UINT64_MAX}] = std::string(kMaxRunValueBytes, 'x');
  entries[{1, 0}] = std::string(kMaxRunValueBytes, 'y');
  entries[kLastRunKey] = "z";
  MemoryFiles files;
  const auto run = Stored(files, entries);
  EXPECT_EQ(testing::ReadRun(*run).entries, entries);
  EXPECT_EQ(run->summary().first, kFirstRunKey);
  EXPECT_EQ(run->summary().last, kLastRunKey);
  EXPECT_EQ(testing::CheckRun(files, "/run", entries), absl::OkStatus());
}

TEST(RunTest, AGroupMaySpanManyBlocks) {
  Entries entries;
  for (uint64_t order = 0; order < 5000; ++order)
    entries[{42, order}] = "some thirty bytes of a value..";
  entries[{41, 9}] = "before";
  entries[{43, 1}] = "behind";
  MemoryFiles files;
  const auto run = Stored(files, entries);
  ASSERT_GT(run->index().blocks(), 10u);
  EXPECT_EQ(InRun(*run, FirstOfGroup(42), LastOfGroup(42), false).size(), 5000u);
  EXPECT_EQ(InRun(*run, FirstOfGroup(42), LastOfGroup(42), true).front().first.order, 4999u);
  Listed expected = InMap(entries, {42, 1000}, {42, 1999});
  EXPECT_EQ(InRun(*run, {42, 1000}, {42, 1999}, false), expected);
  std::reverse(expected.begin(), expected.end());
  EXPECT_EQ(InRun(*run, {42, 1000}, {42, 1999}, true), expected);
}

TEST(RunTest, AScanReadsOnlyTheBlocksItNeeds) {
  Entries entries;
  for (uint64_t order = 0; order < 5000; ++order) entries[{1, order}] = std::string(30, 'v');
  MemoryFiles files;
  const auto run = Stored(files, entries);
  const uint64_t before = files.operations();
  EXPECT_EQ(InRun(*run, {1, 2500}, {1, 2501}, false).size(), 2u);
  EXPECT_EQ(InRun(*run, {1, 2500}, {1, 2501}, true).size(), 2u);
  EXPECT_EQ(files.operations() - before, 2u);
  EXPECT_EQ(InRun(*run, {2, 0}, kLastRunKey, false).size(), 0u);
  EXPECT_EQ(files.operations() - before, 2u);
}

TEST(RunTest, TheVisitorStopsAScan) {
  Entries entries;
  for (uint64_t order = 0; order < 10; ++order) entries[{1, order}] = "v";
  MemoryFiles files;
  const auto run = Stored(files, entries);
  int visited = 0;
  const auto three = [&](const RunEntry&) { return ++visited < 3; };
  EXPECT_TRUE(run->Scan(kFirstRunKey, kLastRunKey, three).ok());
  EXPECT_EQ(visited, 3);
  visited = 0;
  EXPECT_TRUE(run->ScanBack(kFirstRunKey, kLastRunKey, three).ok());
  EXPECT_EQ(visited, 3);
}

TEST(RunTest, ReadAheadChangesNothing) {
  RepeatedRandom random(1);
  const Entries entries = AnyEntries(random, {20'000, 100, 1000, 60});
  MemoryFiles files;
  const auto run = Stored(files, entries);
  RunCursor cursor(*run, kRunReadAheadBytes);
  const uint64_t before = files.operations();
  ASSERT_TRUE(cursor.SeekFirst(kFirstRunKey).ok());
  for (const auto& [key, value] : entries) {
    ASSERT_TRUE(cursor.valid());
    ASSERT_EQ(cursor.entry().key, key);
    ASSERT_EQ(cursor.entry().value, value);
    ASSERT_TRUE(cursor.Next().ok());
  }
  EXPECT_FALSE(cursor.valid());
  EXPECT_LE(files.operations() - before, run->summary().size_bytes / (kRunReadAheadBytes / 2) + 1);
}

TEST(RunTest, ThereIsNoEmptyRun) {
  MemoryFiles files;
  EXPECT_EQ(WriteRun(files, "/run", {}, {}).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(files.Has("/run"));
}

TEST(RunTest, AWriterThatIsGivenUpLeavesNothing) {
  MemoryFiles files;
  {
    auto writer = *RunWriter::Create(files, "/run", {});
    EXPECT_TRUE(writer->Add({1, 1}, "v").ok());
    EXPECT_TRUE(files.Has("/run"));
  }
  EXPECT_FALSE(files.Has("/run"));
}

TEST(RunTest, TheFirstErrorOfAWriterIsFinal) {
  MemoryFiles files;
  auto writer = *RunWriter::Create(files, "/run", {});
  const std::string value(kMaxRunValueBytes, 'v');
  files.FailAt(files.operations() + 1, absl::ResourceExhaustedError("full"));
  absl::Status status;
  for (uint64_t order = 0; status.ok() && order < 100; ++order) {
    status = writer->Add({1, order}, value);
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(writer->Add({2, 0}, value).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(writer->Finish().code(), absl::StatusCode::kResourceExhausted);
}

TEST(RunTest, MemoryIs20BytesABlockAndTheFilter) {
  Entries entries;
  for (uint64_t i = 0; i < 30'000; ++i) entries[{i, i}] = std::string(30, 'v');
  MemoryFiles files;
  const auto run = Stored(files, entries);
  EXPECT_LE(run->memory_bytes(), 21 * run->index().blocks() + 30'000 * 45 / 10);
}

}  // namespace
}  // namespace wallet
