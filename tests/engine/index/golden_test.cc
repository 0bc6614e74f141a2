// Indexes of version 1 are read by every later program.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/engine/index/golden_sample.h"

namespace wallet {
namespace {

using testing::IndexDisk;
using testing::kGoldenFiles;
using testing::Story;

std::string Golden(const std::string& name) {
  std::ifstream file(WALLET_INDEX_GOLDEN_DIR "/index_v1/" + name, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

TEST(IndexGoldenTest, AnIndexOfVersion1IsRead) {
  MemoryFiles files;
  for (const char* name : kGoldenFiles) files.Put("/g/" + std::string(name), Golden(name));
  Story story;
  TellGoldenStory(story);
  const auto reader = OpenIndexReader(files, "/g");
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(reader->position(), Position(story.size()));
  EXPECT_EQ(Compare(*reader, story), absl::OkStatus());
}

TEST(IndexGoldenTest, TheSameCallsWriteTheSameBytes) {
  IndexDisk disk;
  Story story;
  TellGoldenStory(story);
  ASSERT_EQ(WriteGoldenIndex(disk, story), absl::OkStatus());
  for (const char* name : kGoldenFiles) {
    ASSERT_TRUE(disk.files.Has("/i/" + std::string(name))) << name;
    EXPECT_TRUE(disk.files.Get("/i/" + std::string(name)) == Golden(name)) << name;
  }
}

}  // namespace
}  // namespace wallet
