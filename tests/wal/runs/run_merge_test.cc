// A merge of runs answers what a merge of maps would.
#include "wal/runs/run_merge.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "tests/wal/runs/run_fixture.h"

namespace wallet {
namespace {

using testing::AnyEntries;
using testing::Entries;
using testing::RepeatedRandom;

const RunCombine kNewestWins;
const RunCombine kJoin = [](RunKey, std::string& newer, std::string_view older) {
  newer.append("+").append(older);
};

// The first map is the newest.
Entries Merged(const std::vector<Entries>& maps, bool join) {
  Entries merged;
  for (const Entries& map : maps) {
    for (const auto& [key, value] : map) {
      const auto [place, added] = merged.emplace(key, value);
      if (!added && join) place->second += "+" + value;
    }
  }
  return merged;
}

class Runs {
 public:
  explicit Runs(const std::vector<Entries>& maps) {
    for (const Entries& map : maps) {
      const std::string path = "/" + std::to_string(runs_.size());
      EXPECT_TRUE(testing::WriteRun(files_, path, map, {}).ok());
      runs_.push_back(*RunReader::Open(files_, path, path));
    }
  }
  std::vector<const RunReader*> all() const {
    std::vector<const RunReader*> all;
    for (const auto& run : runs_) all.push_back(run.get());
    return all;
  }
  MemoryFiles& files() { return files_; }

 private:
  MemoryFiles files_;
  std::vector<std::unique_ptr<RunReader>> runs_;
};

std::vector<Entries> AnyMaps() {
  RepeatedRandom random(*rc::gen::arbitrary<uint64_t>());
  const auto count = *rc::gen::inRange<size_t>(1, 10);
  std::vector<Entries> maps;
  for (size_t i = 0; i < count; ++i) {
    maps.push_back(AnyEntries(random, {1 + random.Below(200), 1 + random.Below(20),
                                       1 + random.Below(100), random.Below(200)}));
  }
  return maps;
}

Entries WrittenBy(Runs& runs, const RunCombine& combine) {
  auto writer = *RunWriter::Create(runs.files(), "/merged", {});
  EXPECT_TRUE(MergeRuns(
                  runs.all(), combine, [] { return false; }, *writer)
                  .ok());
  EXPECT_TRUE(writer->Finish().ok());
  return testing::ReadRun(**RunReader::Open(runs.files(), "/merged", "/merged")).entries;
}

RC_GTEST_PROP(RunMergeProperty, TheNewestWins, ()) {
  const std::vector<Entries> maps = AnyMaps();
  Runs runs(maps);
  RC_ASSERT(WrittenBy(runs, kNewestWins) == Merged(maps, false));
}

RC_GTEST_PROP(RunMergeProperty, EqualKeysAreJoinedNewestFirst, ()) {
  const std::vector<Entries> maps = AnyMaps();
  Runs runs(maps);
  RC_ASSERT(WrittenBy(runs, kJoin) == Merged(maps, true));
}

RC_GTEST_PROP(RunMergeProperty, BackwardsIsForwardsReversed, ()) {
  const std::vector<Entries> maps = AnyMaps();
  Runs runs(maps);
  std::vector<RunCursor> inputs;
  for (const RunReader* run : runs.all()) {
    RC_ASSERT(inputs.emplace_back(*run).SeekLast(kLastRunKey).ok());
  }
  RunMerge merge(std::move(inputs), RunMerge::Direction::kBack, kJoin);
  const Entries expected = Merged(maps, true);
  for (auto it = expected.rbegin(); it != expected.rend(); ++it) {
    RC_ASSERT(merge.Next().ok());
    RC_ASSERT(merge.valid());
    RC_ASSERT(merge.entry().key == it->first);
    RC_ASSERT(merge.entry().value == it->second);
  }
  RC_ASSERT(merge.Next().ok());
  RC_ASSERT(!merge.valid());
}

TEST(RunMergeTest, AnErrorOfAnInputEndsTheMerge) {
  Runs runs({{{{1, 1}, "a"}}, {{{1, 2}, "b"}}});
  auto writer = *RunWriter::Create(runs.files(), "/merged", {});
  runs.files().FailAt(runs.files().operations() + 2, absl::DataLossError("EIO"));
  EXPECT_EQ(MergeRuns(
                runs.all(), kNewestWins, [] { return false; }, *writer)
                .code(),
            absl::StatusCode::kDataLoss);
}

TEST(RunMergeTest, ItStopsWhenTold) {
  Entries many;
  for (uint64_t i = 0; i < 10'000; ++i) many[{i, 0}] = "v";
  Runs runs({many, {{{1, 2}, "b"}}});
  auto writer = *RunWriter::Create(runs.files(), "/merged", {});
  int asked = 0;
  EXPECT_EQ(MergeRuns(
                runs.all(), kNewestWins, [&] { return ++asked == 3; }, *writer)
                .code(),
            absl::StatusCode::kCancelled);
  EXPECT_LT(writer->entries(), 4000u);
}

}  // namespace
}  // namespace wallet
