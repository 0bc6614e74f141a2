// Readers, commits and merges at the same time, on a real disk.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/temp_dir.h"
#include "tests/wal/runs/run_fixture.h"

namespace wallet {
namespace {

using testing::CommitTo;
using testing::Entries;
using testing::kKeys;
using testing::kRows;

constexpr uint64_t kCommits = 40;
constexpr uint64_t kPerCommit = 500;

Entries Of(uint64_t commit) {
  Entries entries;
  for (uint64_t i = 0; i < kPerCommit; ++i) entries[{i % 50, commit * kPerCommit + i}] = "value";
  return entries;
}

// A view has exactly what was committed up to its position.
void ExpectWhole(const RunView& view) {
  uint64_t rows = 0, back = 0, keys = 0;
  const auto count = [](uint64_t& n) { return [&n](const RunEntry&) { return ++n > 0; }; };
  EXPECT_TRUE(view.Scan(kRows, kFirstRunKey, kLastRunKey, count(rows)).ok());
  EXPECT_TRUE(view.ScanBack(kRows, kFirstRunKey, kLastRunKey, count(back)).ok());
  EXPECT_TRUE(view.Scan(kKeys, kFirstRunKey, kLastRunKey, count(keys)).ok());
  EXPECT_EQ(rows, view.position().value() * kPerCommit);
  EXPECT_EQ(back, rows);
  EXPECT_EQ(keys, rows);
  if (rows > 0) {
    EXPECT_TRUE(view.MayContain(kKeys, 7));
  }
}

TEST(RunSetThreadsTest, EveryViewIsWholeWhileOthersCommitAndMerge) {
  const TempDir directory;
  testing::RepeatedRandom random(1);
  ASSERT_TRUE(RunSet::Create(PosixFileSystem(), directory.path() + "/d").ok());
  auto set = *RunSet::Open(PosixFileSystem(), random, testing::SetOptions(directory.path() + "/d"));
  std::atomic<bool> done = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      while (!done) ExpectWhole(*set->view());
    });
  }
  for (const FamilyId family : {kRows, kKeys}) {
    threads.emplace_back([&, family] {
      while (!done) {
        if (const auto compaction = set->PickCompaction(family)) {
          EXPECT_TRUE(set->Compact(*compaction, [] { return false; }).ok());
        }
      }
    });
  }
  for (uint64_t i = 0; i < kCommits; ++i) {
    ASSERT_TRUE(CommitTo(*set, Of(i), Of(i), Position(i + 1), "").ok());
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  ExpectWhole(*set->view());
  set = nullptr;
  set = *RunSet::Open(PosixFileSystem(), random, testing::SetOptions(directory.path() + "/d"));
  EXPECT_EQ(set->view()->position(), Position(kCommits));
  EXPECT_TRUE(set->view()->Verify([](uint64_t, uint64_t) { return true; }).ok());
}

}  // namespace
}  // namespace wallet
