#include "wal/mark.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "tests/support/forwarding_files.h"
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

// A slot whose magic says which version wrote it.
std::string SlotOf(std::string_view magic) {
  std::string slot(magic);
  slot.resize(kSlotBytes);
  return slot;
}

TEST_F(MarkTest, OfALaterVersionItIsRefusedAsThatAndNotAsDamage) {
  const auto refused = [&](const std::string& first, const std::string& second) {
    EXPECT_TRUE(files_.WriteFileAtomically(path_, SlotOf(first) + SlotOf(second)).ok());
    return Mark::Open(files_, path_).status();
  };
  for (const absl::Status& status :
       {refused("WALMARK2", ""), refused("", "WALMARK2"), refused("WALMARK1", "WALMARK9")}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented) << status;
    EXPECT_NE(std::string(status.message()).find("Use a newer one"), std::string::npos);
  }
  for (const char* magic : {"", "WALMARK", "WALMARK0", "WALMARK1", "WALMARK:", "WALRUNS2"}) {
    EXPECT_EQ(refused(magic, magic).code(), absl::StatusCode::kDataLoss) << magic;
  }
}

TEST_F(MarkTest, ADiskThatFailsIsNoLossOfTheMark) {
  class Failing : public ForwardingFiles {
   public:
    using ForwardingFiles::ForwardingFiles;
    absl::StatusOr<std::unique_ptr<MappedFile>> Map(const std::string&, size_t) override {
      return absl::PermissionDeniedError("not allowed");
    }
  };
  Failing failing(files_);
  EXPECT_EQ(Mark::Open(failing, path_).status().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(MarkTest, SlotsThatAreDamagedAreCounted) {
  EXPECT_EQ(Open()->damaged_slots(), 0) << "one was never written";
  Open()->Store({Position(1), {}});
  EXPECT_EQ(Open()->damaged_slots(), 0);
  Damage(0 * kSlotBytes + 20);
  EXPECT_EQ(Open()->damaged_slots(), 1);
}

// Open, damaged where it is mapped: what is told is the beginning, which no log falls short of.
TEST_F(MarkTest, WhatIsDamagedWhileItIsOpenTellsNothing) {
  const auto mark = Open();
  mark->Store({Position(7), {}});
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file << std::string(2 * kSlotBytes, 'x') << std::flush;
  EXPECT_EQ(mark->Load().position, Position(0));
}

}  // namespace
}  // namespace wallet
