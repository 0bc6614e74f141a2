// Whatever operation fails, and whenever the power goes, there is the old set or the new one.
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/wal/runs/run_fixture.h"
#include "wal/runs/run_set.h"

namespace wallet {
namespace {

using testing::CommitTo;
using testing::Contents;
using testing::ContentsOf;
using testing::Entries;
using testing::kKeys;
using testing::kRows;
using testing::SetOptions;
using Survives = MemoryFiles::Survives;

// More than one chunk, so that a run is several appends.
Entries Many(uint64_t salt) {
  Entries entries;
  for (uint64_t i = 0; i < 5; ++i) entries[{i, salt}] = std::string(60'000, 'm');
  entries[{7, 1}] = "in every run " + std::to_string(salt);
  return entries;
}

struct Step {
  std::string name;
  std::function<absl::Status(RunSet&)> run;
};

void PrintTo(const Step& step, std::ostream* out) { *out << step.name; }

class Disk {
 public:
  Disk() {
    EXPECT_TRUE(RunSet::Create(files, "/d", "").ok());
    set = Opened();
    for (uint64_t i = 1; i <= 3; ++i) {
      EXPECT_TRUE(CommitTo(*set, Many(i), Many(i), Position(i), std::to_string(i)).ok());
    }
  }
  std::unique_ptr<RunSet> Opened() {
    auto opened = RunSet::Open(files, random, SetOptions("/d"));
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  void Reopen() {
    set.reset();
    set = Opened();
  }
  void LosePower() {
    files.CrashAt(files.operations() + 1);
    set.reset();
    files.Restart(Survives::kSynced);
    Reopen();
  }
  // Whether the step succeeded all the same.
  bool RunFailing(const Step& step, uint64_t operation) {
    const uint64_t failing = files.operations() + operation;
    files.FailAt(failing, absl::DataLossError("input/output error"));
    const bool done = step.run(*set).ok();
    failed = files.operations() >= failing;
    files.FailAt(0, absl::OkStatus());
    return done;
  }
  // Nothing is on the disk but what the manifest lists.
  void ExpectTidy() {
    set->RemoveDropped();
    std::set<std::string> expected = {"MANIFEST"};
    for (const std::string& name : set->view()->FileNames()) expected.insert(name);
    const auto names = *files.List("/d");
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), expected);
  }

  MemoryFiles files;
  testing::RepeatedRandom random{1};
  std::unique_ptr<RunSet> set;
  bool failed = false;  // whether the operation that was to fail was reached
};

absl::Status CommitStep(RunSet& set) { return CommitTo(set, Many(4), Many(4), Position(4), "4"); }
absl::Status CompactStep(RunSet& set) {
  return set.Compact(*set.WholeFamily(kRows), [] { return false; });
}

std::vector<Step> Steps() { return {{"Commit", CommitStep}, {"Compact", CompactStep}}; }

// What the views answer before and after, and how many runs they have.
struct Outcome {
  Contents contents;
  size_t runs;
  bool operator==(const Outcome&) const = default;
};
void PrintTo(const Outcome& outcome, std::ostream* out) {
  *out << outcome.runs << " runs up to " << outcome.contents.position.value();
}
Outcome OutcomeOf(const Disk& disk) {
  const auto view = disk.set->view();
  const auto contents = ContentsOf(*view);
  EXPECT_TRUE(contents.ok()) << contents.status();
  return {contents.value_or(Contents{}), view->FileNames().size()};
}

class RunSetFaultTest : public ::testing::TestWithParam<Step> {
 protected:
  RunSetFaultTest() {
    Disk disk;
    before_ = OutcomeOf(disk);
    EXPECT_TRUE(GetParam().run(*disk.set).ok());
    after_ = OutcomeOf(disk);
    EXPECT_FALSE(before_ == after_);
  }
  Outcome before_, after_;
};
INSTANTIATE_TEST_SUITE_P(Steps, RunSetFaultTest, ::testing::ValuesIn(Steps()),
                         [](const auto& info) { return info.param.name; });

TEST_P(RunSetFaultTest, ACrashLeavesTheOldSetOrTheNewOne) {
  for (const Survives survives : {Survives::kSynced, Survives::kNames, Survives::kEverything}) {
    std::set<size_t> seen;
    for (uint64_t operation = 1;; ++operation) {
      Disk disk;
      disk.files.CrashAt(disk.files.operations() + operation);
      const bool done = GetParam().run(*disk.set).ok();
      const bool crashed = disk.files.crashed();
      disk.set.reset();
      disk.files.Restart(survives);
      disk.Reopen();
      ASSERT_NE(disk.set, nullptr) << operation;
      const Outcome found = OutcomeOf(disk);
      seen.insert(found.runs);
      EXPECT_TRUE(found == after_ || (!done && found == before_)) << operation;
      EXPECT_TRUE(disk.set->view()->Verify([](uint64_t, uint64_t) { return true; }).ok());
      disk.ExpectTidy();
      disk.LosePower();
      EXPECT_EQ(OutcomeOf(disk), found) << operation;
      if (found == before_) {
        EXPECT_TRUE(GetParam().run(*disk.set).ok());
        EXPECT_EQ(OutcomeOf(disk), after_);
      }
      if (!crashed) break;
      ASSERT_LT(operation, 200u);
    }
    EXPECT_EQ(seen.size(), 2u);
  }
}

TEST_P(RunSetFaultTest, TheNamesOfRunsAreDurableBeforeTheManifestIs) {
  bool seen = false;
  for (uint64_t operation = 1; !seen; ++operation) {
    Disk disk;
    const std::string manifest = disk.files.Get("/d/MANIFEST");
    const size_t names = disk.files.Tree().size();
    disk.files.CrashAt(disk.files.operations() + operation);
    GetParam().run(*disk.set).IgnoreError();
    ASSERT_TRUE(disk.files.crashed());
    disk.set.reset();
    disk.files.Restart(Survives::kSynced);
    seen = disk.files.Get("/d/MANIFEST") == manifest && disk.files.Tree().size() > names;
  }
}

TEST_P(RunSetFaultTest, AfterAnyFailedOperationTheSetGoesOn) {
  for (uint64_t operation = 1;; ++operation) {
    Disk disk;
    const bool done = disk.RunFailing(GetParam(), operation);
    EXPECT_EQ(OutcomeOf(disk), done ? after_ : before_) << operation;
    if (!done) {
      EXPECT_TRUE(GetParam().run(*disk.set).ok()) << operation;
    }
    EXPECT_EQ(OutcomeOf(disk), after_) << operation;
    if (!done) disk.ExpectTidy();
    disk.Reopen();
    EXPECT_EQ(OutcomeOf(disk), after_) << operation;
    disk.ExpectTidy();
    if (!disk.failed) break;
    ASSERT_LT(operation, 200u);
  }
}

TEST_P(RunSetFaultTest, AfterAnyFailedOperationTheNextOpenFindsAWholeSet) {
  for (const Survives survives : {Survives::kSynced, Survives::kNames, Survives::kEverything}) {
    for (uint64_t operation = 1;; ++operation) {
      Disk disk;
      const bool done = disk.RunFailing(GetParam(), operation);
      disk.files.CrashAt(disk.files.operations() + 1);
      disk.set.reset();
      disk.files.Restart(survives);
      disk.Reopen();
      ASSERT_NE(disk.set, nullptr) << operation;
      const Outcome found = OutcomeOf(disk);
      EXPECT_TRUE(found == after_ || (!done && found == before_)) << operation;
      disk.ExpectTidy();
      if (!disk.failed) break;
      ASSERT_LT(operation, 200u);
    }
  }
}

TEST_P(RunSetFaultTest, AFullDiskChangesNothingAndGivesItsRoomBack) {
  uint64_t used = 0;
  {
    Disk disk;
    const std::vector<std::string> names = *disk.files.List("/d");
    for (const std::string& name : names) used += disk.files.Get("/d/" + name).size();
  }
  bool done = false;
  for (uint64_t room = 0; !done; room += 20'011) {
    Disk disk;
    disk.files.SetCapacity(used + room);
    const absl::Status status = GetParam().run(*disk.set);
    done = status.ok();
    if (done) break;
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << room;
    EXPECT_EQ(OutcomeOf(disk), before_) << room;
    disk.files.SetCapacity(std::nullopt);
    EXPECT_TRUE(GetParam().run(*disk.set).ok()) << room;
    EXPECT_EQ(OutcomeOf(disk), after_) << room;
    disk.ExpectTidy();
  }
}

TEST(RunSetCreateTest, ACrashLeavesAnEmptySetOrNothingThatIsInTheWay) {
  for (const Survives survives : {Survives::kSynced, Survives::kNames, Survives::kEverything}) {
    for (uint64_t operation = 1; operation < 12; ++operation) {
      MemoryFiles files;
      files.CrashAt(operation);
      const bool done = RunSet::Create(files, "/d", "born").ok();
      files.Restart(survives);
      if (!files.Has("/d/MANIFEST")) {
        EXPECT_FALSE(done) << operation;
        EXPECT_TRUE(RunSet::Create(files, "/d", "born").ok()) << operation;
      }
      testing::RepeatedRandom random(1);
      const auto set = RunSet::Open(files, random, SetOptions("/d"));
      ASSERT_TRUE(set.ok()) << operation << set.status();
      EXPECT_EQ((*set)->view()->metadata(), "born");
    }
  }
}

}  // namespace
}  // namespace wallet
