// Whatever happens to the bytes of an index or to the disk below it: what is answered is right.
#include <gtest/gtest.h>

#include <string>

#include "tests/engine/index/golden_sample.h"

namespace wallet {
namespace {

using testing::Compare;
using testing::IndexDisk;
using testing::Story;

class IndexDamageTest : public ::testing::Test {
 protected:
  IndexDamageTest() {
    TellGoldenStory(story_);
    EXPECT_EQ(WriteGoldenIndex(disk_, story_), absl::OkStatus());
  }

  absl::Status OpenAndCompare() {
    const auto reader = OpenIndexReader(disk_.files, "/i");
    return reader.ok() ? Compare(*reader, story_) : reader.status();
  }

  IndexDisk disk_;
  Story story_;
};

TEST_F(IndexDamageTest, EveryDamagedByteIsRefusedOrReported) {
  ASSERT_EQ(OpenAndCompare(), absl::OkStatus());
  for (const char* name : testing::kGoldenFiles) {
    const std::string path = "/i/" + std::string(name), good = disk_.files.Get(path);
    for (size_t i = 0; i < good.size(); ++i) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << (i % 8)));
      disk_.files.Put(path, bad);
      const absl::Status status = OpenAndCompare();
      ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << path << ' ' << i << ": " << status;
    }
    disk_.files.Put(path, good);
  }
}

TEST_F(IndexDamageTest, AMissingFileIsRefused) {
  for (const char* name : testing::kGoldenFiles) {
    const std::string path = "/i/" + std::string(name), good = disk_.files.Get(path);
    ASSERT_TRUE(disk_.files.Remove(path).ok());
    EXPECT_EQ(OpenAndCompare().code(), absl::StatusCode::kDataLoss) << path;
    disk_.files.Put(path, good);
  }
}

// The write at the head of the story succeeded; the one behind it meets the fault.
class Fault {
 public:
  Fault() {
    TellGoldenStory(all_);
    EXPECT_EQ(disk_.Write(all_.Batch(0, testing::kGoldenCut)), absl::OkStatus());
    before_ = disk_.files.operations();
  }

  MemoryFiles& files() { return disk_.files; }
  uint64_t before() const { return before_; }
  absl::Status Write() { return disk_.Write(all_.Batch(testing::kGoldenCut)); }

  // What is found is the old index or the new one, and the write can be made again.
  void Recover() {
    disk_.Open();
    ASSERT_EQ(disk_.status, absl::OkStatus());
    const uint64_t position = disk_.index->position().value();
    ASSERT_TRUE(position == testing::kGoldenCut || position == all_.size()) << position;
    ASSERT_EQ(disk_.Write(all_.Batch(position)), absl::OkStatus());
    ASSERT_EQ(Compare(disk_.index->reader(), all_), absl::OkStatus());
    ASSERT_EQ(disk_.Write(all_.Batch(testing::kGoldenCut)), absl::OkStatus());
    ASSERT_EQ(Compare(disk_.index->reader(), all_), absl::OkStatus());
  }

 private:
  IndexDisk disk_;
  Story all_;
  uint64_t before_;
};

TEST(IndexFaultTest, ACrashAtAnyOperationLeavesTheOldIndexOrTheNewOne) {
  for (const auto survives : {MemoryFiles::Survives::kSynced, MemoryFiles::Survives::kNames,
                              MemoryFiles::Survives::kEverything}) {
    for (uint64_t at = 1;; ++at) {
      Fault fault;
      fault.files().CrashAt(fault.before() + at);
      const absl::Status status = fault.Write();
      const bool crashed = fault.files().crashed();
      if (!crashed) break;
      fault.files().Restart(survives);
      fault.Recover();
      ASSERT_FALSE(HasFatalFailure()) << at << ": " << status;
    }
  }
}

TEST(IndexFaultTest, AFailureOfAnyOperationLeavesTheOldIndexOrTheNewOne) {
  for (uint64_t at = 1;; ++at) {
    Fault fault;
    fault.files().FailAt(fault.before() + at, absl::ResourceExhaustedError("full"));
    const absl::Status status = fault.Write();
    if (status.ok()) break;
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << at;
    fault.Recover();
    ASSERT_FALSE(HasFatalFailure()) << at << ": " << status;
  }
}

}  // namespace
}  // namespace wallet
