// A set shows what was committed, all of it together, and refuses what is not whole.
#include "wal/runs/run_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/wal/runs/run_fixture.h"

namespace wallet {
namespace {

using testing::CommitTo;
using testing::Contents;
using testing::ContentsOf;
using ::testing::ElementsAre;
using testing::Entries;
using ::testing::HasSubstr;
using testing::kKeys;
using testing::kRows;
using testing::SetOptions;

constexpr char kRowsFile[] = "/d/rows-0000000001.run";
constexpr char kKeysFile[] = "/d/keys-0000000002.run";

class RunSetTest : public ::testing::Test {
 protected:
  RunSetTest() { EXPECT_TRUE(RunSet::Create(files_, "/d", "born").ok()); }

  absl::StatusOr<std::unique_ptr<RunSet>> TryOpen() {
    return RunSet::Open(files_, random_, SetOptions("/d"));
  }
  std::unique_ptr<RunSet> Open() {
    auto set = TryOpen();
    EXPECT_TRUE(set.ok()) << set.status();
    return *std::move(set);
  }
  // One run of each family, and the set closed.
  void CommitOne() {
    EXPECT_TRUE(CommitTo(*Open(), {{{1, 1}, "row"}}, {{{9, 1}, "key"}}, Position(5), "m").ok());
  }
  void ExpectRefused(absl::StatusCode code, const std::string& naming) {
    const std::vector<std::string> tree = files_.Tree();
    const absl::Status status = TryOpen().status();
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(naming));
    EXPECT_EQ(files_.Tree(), tree);
  }

  MemoryFiles files_;
  testing::RepeatedRandom random_{1};
};

TEST_F(RunSetTest, ANewSetIsEmpty) {
  const Contents expected{Position(0), "born", {}, {}};
  EXPECT_EQ(*ContentsOf(*Open()->view()), expected);
}

TEST_F(RunSetTest, WhatIsCommittedIsThereAtOnceAndAfterOpening) {
  const Contents expected{Position(5), "m", {{{1, 1}, "row"}}, {{{9, 1}, "key"}}};
  {
    auto set = Open();
    ASSERT_TRUE(CommitTo(*set, expected.rows, expected.keys, Position(5), "m").ok());
    EXPECT_EQ(*ContentsOf(*set->view()), expected);
  }
  const auto set = Open();
  EXPECT_EQ(*ContentsOf(*set->view()), expected);
  EXPECT_TRUE(set->view()->Verify([](uint64_t, uint64_t) { return true; }).ok());
  EXPECT_THAT(files_.Tree(), ElementsAre("/d/", "/d/MANIFEST", kKeysFile, kRowsFile));
}

TEST_F(RunSetTest, ACommitOfNothingMovesPositionAndMetadata) {
  ASSERT_TRUE(CommitTo(*Open(), {}, {}, Position(8), "later").ok());
  const Contents expected{Position(8), "later", {}, {}};
  EXPECT_EQ(*ContentsOf(*Open()->view()), expected);
}

TEST_F(RunSetTest, AViewIsAsItWas) {
  const auto set = Open();
  const auto before = set->view();
  ASSERT_TRUE(CommitTo(*set, {{{1, 1}, "a"}}, {}, Position(1), "").ok());
  const auto between = set->view();
  ASSERT_TRUE(CommitTo(*set, {{{1, 1}, "b"}}, {}, Position(2), "").ok());
  EXPECT_EQ(before->runs(kRows).size(), 0u);
  EXPECT_EQ(ContentsOf(*between)->rows, (Entries{{{1, 1}, "a"}}));
  EXPECT_EQ(ContentsOf(*set->view())->rows, (Entries{{{1, 1}, "b+a"}}));
}

TEST_F(RunSetTest, RunsOfOneCommitAreNewerInTheirOrder) {
  const auto set = Open();
  std::vector<std::unique_ptr<RunWriter>> writers;
  for (const char* value : {"older", "newer"}) {
    writers.push_back(*set->NewRun(kKeys, 1));
    ASSERT_TRUE(testing::Fill(*writers.back(), {{{1, 1}, value}}).ok());
  }
  ASSERT_TRUE(set->Commit(std::move(writers), Position(1), "").ok());
  EXPECT_EQ(ContentsOf(*set->view())->keys, (Entries{{{1, 1}, "newer"}}));
}

TEST_F(RunSetTest, RangesAreMergedEitherWay) {
  const auto set = Open();
  ASSERT_TRUE(CommitTo(*set, {{{1, 1}, "a"}, {{1, 3}, "c"}}, {}, Position(1), "").ok());
  ASSERT_TRUE(CommitTo(*set, {{{1, 2}, "b"}, {{2, 1}, "d"}}, {}, Position(2), "").ok());
  std::string seen;
  const auto visit = [&](const RunEntry& entry) {
    seen += entry.value;
    return seen.size() < 3;
  };
  ASSERT_TRUE(set->view()->Scan(kRows, FirstOfGroup(1), LastOfGroup(2), visit).ok());
  EXPECT_EQ(seen, "abc");
  seen.clear();
  ASSERT_TRUE(set->view()->ScanBack(kRows, {1, 2}, LastOfGroup(1), visit).ok());
  EXPECT_EQ(seen, "cb");
}

TEST_F(RunSetTest, FiltersAnswerForFamiliesThatHaveThem) {
  const auto set = Open();
  ASSERT_TRUE(
      CommitTo(*set, {{{1, 1}, "r"}}, {{{1, 1}, "k"}, {{9, 1}, "k"}}, Position(1), "").ok());
  EXPECT_TRUE(set->view()->MayContain(kKeys, 1));
  EXPECT_TRUE(set->view()->MayContain(kKeys, 9));
  EXPECT_FALSE(set->view()->MayContain(kKeys, 5));
  EXPECT_TRUE(set->view()->MayContain(kRows, 1));
  EXPECT_FALSE(set->view()->MayContain(kRows, 2));
}

TEST_F(RunSetTest, ManyGroupsAreAskedForInAllRunsAtOnce) {
  const auto set = Open();
  ASSERT_TRUE(CommitTo(*set, {{{1, 1}, "r"}}, {{{1, 1}, "k"}}, Position(1), "").ok());
  ASSERT_TRUE(CommitTo(*set, {{{3, 1}, "r"}}, {{{9, 1}, "k"}}, Position(2), "").ok());
  const uint64_t groups[] = {1, 5, 9, 3};
  bool keys[] = {false, false, false, false}, rows[] = {false, false, false, false};
  set->view()->MayContain(kKeys, groups, keys);
  set->view()->MayContain(kRows, groups, rows);
  EXPECT_THAT(keys, ElementsAre(true, false, true, false));
  EXPECT_THAT(rows, ElementsAre(true, false, false, true));
}

TEST_F(RunSetTest, WhatACrashLeftIsRemovedAndNothingElse) {
  CommitOne();
  for (const char* name : {"/d/rows-0000000077.run", "/d/rows-0000000078.run.tmp",
                           "/d/MANIFEST.tmp", "/d/NOTES", "/d/other.tmp"}) {
    files_.Put(name, "x");
  }
  Open();
  EXPECT_THAT(files_.Tree(),
              ElementsAre("/d/", "/d/MANIFEST", "/d/NOTES", kKeysFile, "/d/other.tmp", kRowsFile));
}

TEST_F(RunSetTest, AMissingManifestIsRefusedAndNotMadeAnew) {
  CommitOne();
  ASSERT_TRUE(files_.Remove("/d/MANIFEST").ok());
  ExpectRefused(absl::StatusCode::kDataLoss, "/d/MANIFEST");
  EXPECT_EQ(RunSet::Create(files_, "/d").code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(RunSetTest, CreatingTwiceIsRefused) {
  EXPECT_EQ(RunSet::Create(files_, "/d").code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(RunSetTest, ADamagedManifestIsRefused) {
  CommitOne();
  std::string bytes = files_.Get("/d/MANIFEST");
  bytes[40] ^= 1;
  files_.Put("/d/MANIFEST", bytes);
  ExpectRefused(absl::StatusCode::kDataLoss, "/d/MANIFEST");
}

TEST_F(RunSetTest, AMissingRunIsRefused) {
  CommitOne();
  ASSERT_TRUE(files_.Remove(kKeysFile).ok());
  ExpectRefused(absl::StatusCode::kDataLoss, kKeysFile);
}

TEST_F(RunSetTest, ARunUnderAnotherNameIsRefused) {
  CommitOne();
  ASSERT_TRUE(files_.Rename(kKeysFile, std::string(kKeysFile) + ".tmp").ok());
  ExpectRefused(absl::StatusCode::kDataLoss, kKeysFile);
}

TEST_F(RunSetTest, ARunOfAnotherSizeIsRefused) {
  CommitOne();
  const std::string good = files_.Get(kRowsFile);
  files_.Put(kRowsFile, good + "x");
  ExpectRefused(absl::StatusCode::kDataLoss, kRowsFile);
  files_.Put(kRowsFile, good.substr(0, good.size() - 1));
  ExpectRefused(absl::StatusCode::kDataLoss, kRowsFile);
  files_.Put(kRowsFile, "");
  ExpectRefused(absl::StatusCode::kDataLoss, kRowsFile);
}

TEST_F(RunSetTest, AnIntactRunThatIsNotTheOneListedIsRefused) {
  CommitOne();
  MemoryFiles elsewhere;
  ASSERT_TRUE(testing::WriteRun(elsewhere, "/r", {{{1, 1}, "row"}}, {}).ok());
  files_.Put(kRowsFile, elsewhere.Get("/r"));
  ExpectRefused(absl::StatusCode::kDataLoss, kRowsFile);
}

TEST_F(RunSetTest, RunsOfAFamilyThatIsNotKnownAreRefused) {
  CommitOne();
  RunSetOptions options = SetOptions("/d");
  options.families.pop_back();
  const absl::Status status = RunSet::Open(files_, random_, options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()), HasSubstr("\"keys\""));
}

TEST_F(RunSetTest, FamiliesMayBeAddedAndChangePlaces) {
  CommitOne();
  RunSetOptions options = SetOptions("/d");
  options.families.insert(options.families.begin(), RunFamily{"added"});
  const auto set = *RunSet::Open(files_, random_, options);
  EXPECT_EQ(set->view()->runs(FamilyId(0)).size(), 0u);
  EXPECT_EQ(set->view()->runs(FamilyId(1)).size(), 1u);
  EXPECT_TRUE(set->view()->MayContain(FamilyId(2), 9));
}

TEST_F(RunSetTest, AViewCanBeOpenedWithoutChangingAnything) {
  CommitOne();
  files_.Put("/d/rows-0000000078.run.tmp", "x");
  const std::vector<std::string> tree = files_.Tree();
  const auto view = RunView::Open(files_, SetOptions("/d"));
  ASSERT_TRUE(view.ok());
  EXPECT_EQ((*view)->position(), Position(5));
  EXPECT_EQ(files_.Tree(), tree);
}

TEST_F(RunSetTest, AViewsManifestAndFilesAreASetOfTheirOwn) {
  const auto set = Open();
  ASSERT_TRUE(CommitTo(*set, {{{1, 1}, "row"}}, {{{9, 1}, "key"}}, Position(5), "m").ok());
  const auto view = set->view();
  ASSERT_TRUE(CommitTo(*set, {{{1, 2}, "later"}}, {}, Position(6), "n").ok());
  ASSERT_TRUE(files_.CreateDirectory("/b").ok());
  for (const std::string& name : view->FileNames()) {
    ASSERT_TRUE(files_.Link("/d/" + name, "/b/" + name).ok());
  }
  files_.Put("/b/MANIFEST", EncodeRunManifest(view->manifest()));
  const auto copy = RunSet::Open(files_, random_, SetOptions("/b"));
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ(*ContentsOf(*(*copy)->view()), *ContentsOf(*view));
}

TEST_F(RunSetTest, ARunThatIsNotCommittedIsRemoved) {
  const auto set = Open();
  {
    auto writer = *set->NewRun(kRows, 1);
    ASSERT_TRUE(testing::Fill(*writer, {{{1, 1}, "v"}}).ok());
  }
  EXPECT_THAT(files_.Tree(), ElementsAre("/d/", "/d/MANIFEST"));
}

}  // namespace
}  // namespace wallet
