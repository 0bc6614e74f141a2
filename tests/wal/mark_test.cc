#include "wal/mark.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace wallet {
namespace {

constexpr size_t kSlotBytes = 4096;

class MarkTest : public ::testing::Test {
 protected:
  MarkTest() { EXPECT_TRUE(Mark::Create(files_, path_, {Position(0), GenesisHashForTest()}).ok()); }

  static Sha256 GenesisHashForTest() { return Sha256Of({"genesis"}); }
  std::unique_ptr<Mark> Open() { return *Mark::Open(files_, path_); }
  void Damage(size_t offset) {
    std::string bytes = *files_.ReadFile(path_);
    bytes[offset] = static_cast<char>(bytes[offset] ^ 1);
    ASSERT_TRUE(files_.WriteFileAtomically(path_, bytes).ok());
  }

  FileSystem& files_ = PosixFileSystem();
  TempDir directory_;
  const std::string path_ = directory_.path() + "/MARK";
};

TEST_F(MarkTest, TheLastValueStoredIsFound) {
  EXPECT_EQ(Open()->Load().position, Position(0));
  EXPECT_EQ(Open()->Load().hash, GenesisHashForTest());
  for (uint64_t position = 1; position <= 5; ++position) {
    Open()->Store({Position(position), Sha256Of({"x"})});
    EXPECT_EQ(Open()->Load().position, Position(position));
  }
  EXPECT_EQ(Open()->Load().hash, Sha256Of({"x"}));
}

TEST_F(MarkTest, AStoreCutShortLeavesTheValueBefore) {
  Open()->Store({Position(1), {}});  // into the first slot: the mark began in the second
  Damage(0 * kSlotBytes + 20);
  EXPECT_EQ(Open()->Load().position, Position(0));
}

TEST_F(MarkTest, WithoutAnIntactSlotItIsRefused) {
  Open()->Store({Position(1), {}});
  Damage(0 * kSlotBytes + 20);
  Damage(1 * kSlotBytes + 20);
  EXPECT_EQ(Mark::Open(files_, path_).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(MarkTest, ASlotInThePlaceOfTheOtherIsNotIntact) {
  Open()->Store({Position(1), {}});
  const std::string bytes = *files_.ReadFile(path_);
  const std::string first = bytes.substr(0, kSlotBytes), second = bytes.substr(kSlotBytes);
  ASSERT_TRUE(files_.WriteFileAtomically(path_, second + first).ok());
  EXPECT_EQ(Mark::Open(files_, path_).status().code(), absl::StatusCode::kDataLoss);
  // The first slot's place holds an older one of the second's.
  ASSERT_TRUE(files_.WriteFileAtomically(path_, second + second).ok());
  EXPECT_EQ(Open()->Load().position, Position(0));
  Open()->Store({Position(2), {}});
  EXPECT_EQ((*files_.ReadFile(path_)).substr(kSlotBytes), second);
}

TEST_F(MarkTest, MissingOrOfAnotherSizeItIsRefused) {
  ASSERT_TRUE(files_.Truncate(path_, 100).ok());
  EXPECT_EQ(Mark::Open(files_, path_).status().code(), absl::StatusCode::kDataLoss);
  ASSERT_TRUE(files_.Remove(path_).ok());
  EXPECT_EQ(Mark::Open(files_, path_).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace wallet
