// Sets of version 1 are read by every later program.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/wal/runs/golden_sample.h"

namespace wallet {
namespace {

using testing::Entries;
using testing::kGoldenFiles;

std::string Golden(const std::string& name) {
  std::ifstream file(WALLET_RUNS_GOLDEN_DIR "/runs_v1/" + name, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

TEST(RunGoldenTest, ASetOfVersion1IsRead) {
  MemoryFiles files;
  for (const char* name : kGoldenFiles) files.Put("/d/" + std::string(name), Golden(name));
  testing::RepeatedRandom random(1);
  const auto set = RunSet::Open(files, random, testing::SetOptions("/d"));
  ASSERT_TRUE(set.ok()) << set.status();
  const auto view = (*set)->view();
  EXPECT_TRUE(view->Verify([](uint64_t, uint64_t) { return true; }).ok());
  const testing::Contents found = *testing::ContentsOf(*view);
  EXPECT_EQ(found.position, Position(2000));
  EXPECT_EQ(found.metadata, "commit 2");
  Entries rows = testing::GoldenRows(1);
  rows.merge(testing::GoldenRows(2));
  rows[{UINT64_MAX, 1}] = "second+first";
  EXPECT_EQ(found.rows, rows);
  Entries keys = testing::GoldenKeys(1);
  keys.merge(testing::GoldenKeys(2));
  EXPECT_EQ(found.keys, keys);
  for (const auto& [key, value] : keys) {
    EXPECT_TRUE(view->MayContain(testing::kKeys, key.group));
  }
  EXPECT_FALSE(view->MayContain(testing::kKeys, 12345));
}

TEST(RunGoldenTest, TheSameCallsWriteTheSameBytes) {
  MemoryFiles files;
  ASSERT_EQ(testing::WriteGoldenSet(files, "/d"), absl::OkStatus());
  for (const char* name : kGoldenFiles) {
    ASSERT_TRUE(files.Has("/d/" + std::string(name))) << name;
    EXPECT_TRUE(files.Get("/d/" + std::string(name)) == Golden(name)) << name;
  }
}

}  // namespace
}  // namespace wallet
