#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "tests/wal/runs/run_fixture.h"
#include "wal/runs/limits.h"
#include "wal/runs/run_compaction.h"
#include "wal/runs/run_set.h"

namespace wallet {
namespace {

using testing::CommitTo;
using testing::ContentsOf;
using testing::Entries;
using testing::kKeys;
using testing::kRows;
using testing::SetOptions;

using Sizes = std::vector<uint64_t>;

bool Go() { return false; }

TEST(PickRunWindowTest, MergesWhatIsAlike) {
  EXPECT_EQ(PickRunWindow(Sizes{}), std::nullopt);
  EXPECT_EQ(PickRunWindow(Sizes{5, 5, 5, 5}), std::nullopt);
  EXPECT_EQ(PickRunWindow(Sizes{5, 5, 5, 5, 5}), (RunWindow{0, 5}));
  EXPECT_EQ(PickRunWindow(Sizes{5, 5, 5, 5, 5, 25}), (RunWindow{0, 5}));
  EXPECT_EQ(PickRunWindow(Sizes{5, 5, 90, 80, 85, 95, 90}), (RunWindow{0, 7}));
  EXPECT_EQ(PickRunWindow(Sizes{500, 20, 1, 19, 20, 18}), (RunWindow{1, 5}));
  EXPECT_EQ(PickRunWindow(Sizes{5, 5, 5, 5, 5, 5, 90}), (RunWindow{0, 6}));
  EXPECT_EQ(PickRunWindow(Sizes{1, 10, 100, 1000, 10000}), std::nullopt);
}

TEST(PickRunWindowTest, BeyondTheBoundItMergesTheCheapest) {
  Sizes sizes;
  for (size_t i = 0; i < kMaxRuns; ++i) sizes.push_back(uint64_t{1} << (2 * i));
  EXPECT_EQ(PickRunWindow(sizes), std::nullopt);
  sizes.push_back(uint64_t{1} << (2 * kMaxRuns));
  EXPECT_EQ(PickRunWindow(sizes), (RunWindow{0, kRunMergeWidth}));
}

struct Simulated {
  double write_amplification;
  size_t most_runs;
};

// Flushes of the sizes given, each followed by all the merges that are due.
Simulated Simulate(const Sizes& flushes) {
  Sizes runs;
  uint64_t written = 0;
  size_t most = 0;
  for (const uint64_t size : flushes) {
    runs.insert(runs.begin(), size);
    written += size;
    while (const auto window = PickRunWindow(runs)) {
      const auto first = runs.begin() + static_cast<ptrdiff_t>(window->begin);
      const auto end = first + static_cast<ptrdiff_t>(window->count);
      *first = std::accumulate(first, end, uint64_t{0});
      written += *first;
      runs.erase(first + 1, end);
    }
    most = std::max(most, runs.size());
  }
  const uint64_t flushed = std::accumulate(flushes.begin(), flushes.end(), uint64_t{0});
  return {static_cast<double>(written) / static_cast<double>(flushed), most};
}

TEST(PickRunWindowTest, EqualFlushesLeaveFewRunsAndAreWrittenSeldom) {
  const Simulated after50 = Simulate(Sizes(50, 100));
  EXPECT_LE(after50.most_runs, 8u);
  EXPECT_LE(after50.write_amplification, 3.5);
  const Simulated after1000 = Simulate(Sizes(1000, 100));
  EXPECT_LE(after1000.most_runs, kMaxRuns);
  EXPECT_LE(after1000.write_amplification, 6.0);
}

TEST(PickRunWindowTest, UnequalFlushesDoNotChangeThatMuch) {
  testing::RepeatedRandom random(3);
  for (int round = 0; round < 200; ++round) {
    Sizes flushes;
    for (int i = 0; i < 50; ++i) flushes.push_back(50 + random.Below(100));
    const Simulated after = Simulate(flushes);
    EXPECT_LE(after.most_runs, 10u);
    EXPECT_LE(after.write_amplification, 4.0);
  }
}

TEST(PickRunWindowTest, FlushesOfWildlyDifferentSizesStayBounded) {
  testing::RepeatedRandom random(3);
  for (int round = 0; round < 200; ++round) {
    Sizes flushes;
    for (int i = 0; i < 500; ++i) flushes.push_back(uint64_t{1} << random.Below(20));
    const Simulated after = Simulate(flushes);
    EXPECT_LE(after.most_runs, kMaxRuns);
    EXPECT_LE(after.write_amplification, 12.0);
  }
}

class CompactionTest : public ::testing::Test {
 protected:
  CompactionTest() {
    EXPECT_TRUE(RunSet::Create(files_, "/d").ok());
    set_ = *RunSet::Open(files_, random_, SetOptions("/d"));
    for (uint64_t i = 1; i <= 6; ++i) {
      const std::string value = std::to_string(i);
      EXPECT_TRUE(CommitTo(*set_, {{{1, 1}, value}, {{2, i}, value}},
                           {{{1, 1}, value}, {{i, 2}, value}}, Position(i), value)
                      .ok());
    }
  }
  size_t Files() { return files_.List("/d")->size(); }
  std::vector<RunNumber> Numbers(FamilyId family) {
    std::vector<RunNumber> numbers;
    const auto view = set_->view();
    for (const RunInfo& run : view->manifest().families[family.value()].runs) {
      numbers.push_back(run.number);
    }
    return numbers;
  }
  // The newest but one and the two before it.
  RunCompaction Middle() {
    const std::vector<RunNumber> numbers = Numbers(kRows);
    return {kRows, {numbers.begin() + 1, numbers.begin() + 4}};
  }

  MemoryFiles files_;
  testing::RepeatedRandom random_{1};
  std::unique_ptr<RunSet> set_;
};

TEST_F(CompactionTest, OneRunTakesThePlaceOfManyAndAnswersTheSame) {
  const testing::Contents before = *ContentsOf(*set_->view());
  EXPECT_EQ(before.rows.at({1, 1}), "6+5+4+3+2+1");
  EXPECT_EQ(before.keys.at({1, 1}), "6");
  ASSERT_TRUE(set_->Compact(Middle(), Go).ok());
  EXPECT_EQ(set_->view()->runs(kRows).size(), 4u);
  EXPECT_EQ(*ContentsOf(*set_->view()), before);
  ASSERT_TRUE(set_->Compact(*set_->WholeFamily(kRows), Go).ok());
  ASSERT_TRUE(set_->Compact(*set_->WholeFamily(kKeys), Go).ok());
  EXPECT_EQ(*ContentsOf(*set_->view()), before);
  EXPECT_EQ(set_->WholeFamily(kRows), std::nullopt);
  EXPECT_EQ(set_->view()->manifest().families[0].runs[0].level, 2u);
  EXPECT_EQ(Files(), 3u);
  set_.reset();
  set_ = *RunSet::Open(files_, random_, SetOptions("/d"));
  EXPECT_EQ(*ContentsOf(*set_->view()), before);
  EXPECT_TRUE(set_->view()->Verify([](uint64_t, uint64_t) { return true; }).ok());
}

TEST_F(CompactionTest, WhatIsPickedIsMergedUntilNothingIsDue) {
  const testing::Contents before = *ContentsOf(*set_->view());
  int merges = 0;
  while (const auto compaction = set_->PickCompaction(kRows)) {
    ASSERT_TRUE(set_->Compact(*compaction, Go).ok());
    ASSERT_LE(++merges, 6);
  }
  EXPECT_GE(merges, 1);
  EXPECT_LT(set_->view()->runs(kRows).size(), kRunMergeWidth);
  EXPECT_EQ(*ContentsOf(*set_->view()), before);
}

TEST_F(CompactionTest, AViewKeepsItsFilesAndTheyGoWithIt) {
  auto view = set_->view();
  const testing::Contents before = *ContentsOf(*view);
  ASSERT_TRUE(set_->Compact(*set_->WholeFamily(kRows), Go).ok());
  EXPECT_EQ(Files(), 1u + 6 + 6 + 1);
  EXPECT_EQ(*ContentsOf(*view), before);
  view.reset();
  EXPECT_EQ(Files(), 1u + 6 + 6 + 1);
  set_->RemoveDropped();
  EXPECT_EQ(Files(), 1u + 6 + 1);
}

TEST_F(CompactionTest, AViewMayOutliveTheSet) {
  const auto view = set_->view();
  const testing::Contents before = *ContentsOf(*view);
  ASSERT_TRUE(set_->Compact(*set_->WholeFamily(kRows), Go).ok());
  set_.reset();
  EXPECT_EQ(*ContentsOf(*view), before);
}

TEST_F(CompactionTest, GivenUpItLeavesNothing) {
  const std::vector<std::string> tree = files_.Tree();
  EXPECT_EQ(set_->Compact(Middle(), [] { return true; }).code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(files_.Tree(), tree);
}

TEST_F(CompactionTest, CommitsGoOnBesideIt) {
  bool committed = false;
  const auto commit_once = [&] {
    if (!committed) {
      EXPECT_TRUE(CommitTo(*set_, {{{1, 1}, "7"}}, {}, Position(7), "seven").ok());
    }
    committed = true;
    return false;
  };
  ASSERT_TRUE(set_->Compact(*set_->WholeFamily(kRows), commit_once).ok());
  EXPECT_EQ(set_->view()->runs(kRows).size(), 2u);
  EXPECT_EQ(set_->view()->position(), Position(7));
  EXPECT_EQ(set_->view()->metadata(), "seven");
  EXPECT_EQ(ContentsOf(*set_->view())->rows.at({1, 1}), "7+6+5+4+3+2+1");
}

TEST_F(CompactionTest, RunsThatWereMergedMeanwhileAbortIt) {
  const RunCompaction middle = Middle();
  bool merged = false;
  const auto merge_once = [&] {
    if (!std::exchange(merged, true)) {
      EXPECT_TRUE(set_->Compact(*set_->WholeFamily(kRows), Go).ok());
    }
    return false;
  };
  EXPECT_EQ(set_->Compact(middle, merge_once).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(set_->Compact(middle, Go).code(), absl::StatusCode::kAborted);
  set_->RemoveDropped();
  EXPECT_EQ(Files(), 1u + 1 + 6);
}

TEST_F(CompactionTest, OnlyNeighboursAreMerged) {
  const std::vector<RunNumber> numbers = Numbers(kRows);
  EXPECT_EQ(set_->Compact({kRows, {numbers[0], numbers[2]}}, Go).code(),
            absl::StatusCode::kAborted);
  EXPECT_EQ(set_->Compact({kRows, {numbers[1], numbers[0]}}, Go).code(),
            absl::StatusCode::kAborted);
}

TEST_F(CompactionTest, ADamagedInputEndsItAndStaysInPlace) {
  const std::vector<std::string> tree = files_.Tree();
  files_.FailAt(files_.operations() + 4, absl::DataLossError("EIO"));
  EXPECT_EQ(set_->Compact(Middle(), Go).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(files_.Tree(), tree);
  EXPECT_TRUE(set_->Compact(Middle(), Go).ok());
}

}  // namespace
}  // namespace wallet
