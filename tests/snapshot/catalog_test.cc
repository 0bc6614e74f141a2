#include "snapshot/catalog.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/snapshot/sample.h"
#include "tests/support/memory_files.h"

namespace wallet {
namespace {

class CatalogTest : public ::testing::Test {
 protected:
  CatalogTest() { EXPECT_TRUE(catalog_.CreateDirectory().ok()); }

  void Make(uint64_t position) {
    ASSERT_TRUE(WriteSample(files_, catalog_.PathOf(Position(position))).ok());
  }
  std::vector<uint64_t> Positions() {
    std::vector<uint64_t> positions;
    const auto snapshots = catalog_.List();
    for (const auto& file : *snapshots) positions.push_back(file.position.value());
    return positions;
  }

  MemoryFiles files_;
  SnapshotCatalog catalog_{files_, "/snapshots"};
};

TEST_F(CatalogTest, NamesCarryThePositionAndSortAsItDoes) {
  EXPECT_EQ(SnapshotName(Position(42)), "snapshot-00000000000000000042");
  EXPECT_EQ(SnapshotName(Position(UINT64_MAX)), "snapshot-18446744073709551615");
  for (const uint64_t position : {uint64_t{0}, uint64_t{42}, UINT64_MAX}) {
    EXPECT_EQ(ParseSnapshotName(SnapshotName(Position(position))), Position(position));
  }
  EXPECT_LT(SnapshotName(Position(99)), SnapshotName(Position(100)));
}

TEST_F(CatalogTest, OtherNamesAreNoSnapshots) {
  for (const char* name : {"", "snapshot-", "snapshot-42", "snapshot-0000000000000000004x",
                           "snapshot-000000000000000000042", "snapshot--0000000000000000042",
                           "snapshot-18446744073709551616", "snapshot-00000000000000000042.tmp",
                           "Snapshot-00000000000000000042", "snapshot- 0000000000000000042"}) {
    EXPECT_FALSE(ParseSnapshotName(name)) << name;
  }
}

TEST_F(CatalogTest, TheyAreListedOldestFirst) {
  for (const uint64_t position : {300, 7, 1000}) Make(position);
  files_.Put("/snapshots/snapshot-00000000000000000008.tmp", "unfinished");
  files_.Put("/snapshots/notes", "a file of somebody else");
  EXPECT_EQ(Positions(), (std::vector<uint64_t>{7, 300, 1000}));
  EXPECT_EQ((*catalog_.List())[0].path, "/snapshots/snapshot-00000000000000000007");
}

TEST_F(CatalogTest, TheNewestAreKept) {
  for (const uint64_t position : {1, 2, 3, 4}) Make(position);
  const auto removed = catalog_.KeepNewest(2);
  ASSERT_TRUE(removed.ok());
  ASSERT_EQ(removed->size(), 2u);
  EXPECT_EQ((*removed)[0].position, Position(1));
  files_.Restart(MemoryFiles::Survives::kSynced);
  EXPECT_EQ(Positions(), (std::vector<uint64_t>{3, 4}));
  EXPECT_TRUE(catalog_.KeepNewest(2)->empty());
  EXPECT_TRUE(catalog_.KeepNewest(3)->empty());
}

TEST_F(CatalogTest, WhatIsHeldAndWhatIsBehindItStays) {
  for (const uint64_t position : {1, 2, 3, 4, 5}) Make(position);
  ASSERT_TRUE(catalog_.KeepNewest(2, Position(2)).ok());
  EXPECT_EQ(Positions(), (std::vector<uint64_t>{2, 3, 4, 5}));
  ASSERT_TRUE(catalog_.KeepNewest(2, Position(5)).ok());
  EXPECT_EQ(Positions(), (std::vector<uint64_t>{4, 5}));
}

TEST_F(CatalogTest, ACrashWhileDeletingLeavesTheNewest) {
  for (uint64_t operation = 1;; ++operation) {
    MemoryFiles files;
    SnapshotCatalog catalog(files, "/snapshots");
    for (const uint64_t position : {1, 2, 3, 4}) {
      files.Put(catalog.PathOf(Position(position)), "bytes");
    }
    files.CrashAt(operation);
    const bool done = catalog.KeepNewest(2).ok();
    files.Restart(operation % 2 == 0 ? MemoryFiles::Survives::kSynced
                                     : MemoryFiles::Survives::kEverything);
    const auto left = *catalog.List();
    ASSERT_GE(left.size(), 2u);
    EXPECT_EQ(left.back().position, Position(4));
    EXPECT_EQ(left[left.size() - 2].position, Position(3));
    if (done) break;
  }
}

TEST_F(CatalogTest, TemporariesAreRemovedAndNothingElse) {
  Make(5);
  files_.Put("/snapshots/snapshot-00000000000000000006.tmp", "unfinished");
  files_.Put("/snapshots/notes.tmp", "of somebody else");
  const auto removed = catalog_.RemoveTemporaries();
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(*removed, std::vector<std::string>{"/snapshots/snapshot-00000000000000000006.tmp"});
  EXPECT_TRUE(files_.Has("/snapshots/notes.tmp"));
  EXPECT_EQ(Positions(), std::vector<uint64_t>{5});
  EXPECT_TRUE(catalog_.RemoveTemporaries()->empty());
}

TEST_F(CatalogTest, ANameThatAKilledWriterLeftIsMadeDurable) {
  MemoryFiles whole;
  SnapshotCatalog other(whole, "/snapshots");
  ASSERT_TRUE(other.CreateDirectory().ok());
  ASSERT_TRUE(WriteSample(whole, other.PathOf(Position(5))).ok());
  files_.CrashAt(whole.operations());  // renamed, the directory not synced
  EXPECT_FALSE(WriteSample(files_, catalog_.PathOf(Position(5))).ok());
  files_.Restart(MemoryFiles::Survives::kEverything);
  EXPECT_EQ(Positions(), std::vector<uint64_t>{5});
  ASSERT_TRUE(catalog_.RemoveTemporaries().ok());
  files_.Restart(MemoryFiles::Survives::kSynced);
  EXPECT_EQ(Positions(), std::vector<uint64_t>{5});
  EXPECT_EQ(CheckSample(files_, catalog_.PathOf(Position(5))), absl::OkStatus());
}

TEST_F(CatalogTest, AMissingDirectoryIsNotFound) {
  EXPECT_EQ(SnapshotCatalog(files_, "/none").List().status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace wallet
