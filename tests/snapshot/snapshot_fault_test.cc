// A snapshot exists whole or not at all, whatever fails and whenever the power goes.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "snapshot/temporaries.h"
#include "tests/snapshot/sample.h"
#include "tests/support/memory_files.h"

namespace wallet {
namespace {

TEST(SnapshotFaultTest, AnyOperationMayFail) {
  for (uint64_t operation = 1;; ++operation) {
    MemoryFiles files;
    files.FailAt(operation, absl::DataLossError("input/output error"));
    const absl::Status status = WriteSample(files, kPath);
    if (status.ok()) {
      ASSERT_GT(operation, 10u);
      break;
    }
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(files.Tree(), std::vector<std::string>{}) << operation;
    EXPECT_TRUE(WriteSample(files, kPath).ok()) << operation;
  }
}

TEST(SnapshotFaultTest, TheFirstErrorIsFinal) {
  MemoryFiles files;
  auto writer = *SnapshotWriter::Create(files, kPath, SmallChunks());
  const SectionNumber section = writer->AddSection("s");
  files.FailAt(files.operations() + 1, absl::ResourceExhaustedError("full"));
  const std::string chunk(64, 'x');
  EXPECT_EQ(writer->Append(section, chunk).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(writer->Append(section, chunk).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(writer->Commit("").code(), absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(files.Has(kPath));
}

TEST(SnapshotFaultTest, OnAFullDiskThereIsNothingAndItsRoomIsGivenBack) {
  MemoryFiles enough;
  ASSERT_TRUE(WriteSample(enough, kPath).ok());
  const uint64_t size = enough.Get(kPath).size();
  for (uint64_t capacity = 0; capacity < size; ++capacity) {
    MemoryFiles files;
    files.SetCapacity(capacity);
    EXPECT_EQ(WriteSample(files, kPath).code(), absl::StatusCode::kResourceExhausted) << capacity;
    EXPECT_EQ(files.Tree(), std::vector<std::string>{}) << capacity;
  }
  MemoryFiles files;
  files.SetCapacity(size);
  EXPECT_TRUE(WriteSample(files, kPath).ok());
}

class SnapshotCrashTest : public ::testing::TestWithParam<MemoryFiles::Survives> {};
INSTANTIATE_TEST_SUITE_P(Survives, SnapshotCrashTest,
                         ::testing::Values(MemoryFiles::Survives::kSynced,
                                           MemoryFiles::Survives::kNames,
                                           MemoryFiles::Survives::kEverything));

TEST_P(SnapshotCrashTest, UnderTheFinalNameThereIsAWholeOneOrNone) {
  for (uint64_t operation = 1;; ++operation) {
    MemoryFiles files;
    files.CrashAt(operation);
    const bool committed = WriteSample(files, kPath).ok();
    files.Restart(GetParam());
    if (committed || files.Has(kPath)) {
      EXPECT_EQ(CheckSample(files, kPath), absl::OkStatus()) << operation;
    }
    EXPECT_TRUE(!committed || files.Has(kPath)) << operation;
    ASSERT_TRUE(RemoveUnfinished(files, kPath).ok());
    if (!files.Has(kPath)) {
      EXPECT_TRUE(WriteSample(files, kPath).ok()) << operation;
    }
    EXPECT_EQ(files.Tree(), std::vector<std::string>{kPath}) << operation;
    if (committed) break;
  }
}

// The steps of a commit by name, so that a change of their order is seen.
TEST(SnapshotCommitTest, ACrashLeavesTheTemporaryUntilTheRenameIsDurable) {
  using Survives = MemoryFiles::Survives;
  MemoryFiles whole;
  ASSERT_TRUE(WriteSample(whole, kPath).ok());
  const uint64_t last = whole.operations();  // sync of the directory; before it: rename, file sync
  const auto crash_before = [](uint64_t operation, Survives survives) {
    MemoryFiles files;
    files.CrashAt(operation);
    EXPECT_FALSE(WriteSample(files, kPath).ok());
    files.Restart(survives);
    return files.Tree();
  };
  const std::vector<std::string> nothing, temporary = {"/snapshot.tmp"}, final = {kPath};
  EXPECT_EQ(crash_before(last - 1, Survives::kEverything), temporary);
  EXPECT_EQ(crash_before(last, Survives::kEverything), final);
  EXPECT_EQ(crash_before(last, Survives::kNames), final);
  EXPECT_EQ(crash_before(last, Survives::kSynced), nothing);
}

TEST(SnapshotCommitTest, AReadErrorIsNoDamage) {
  MemoryFiles files;
  ASSERT_TRUE(WriteSample(files, kPath).ok());
  const uint64_t before = files.operations();
  ASSERT_TRUE(CheckSample(files, kPath).ok());
  const uint64_t steps = files.operations() - before;
  for (uint64_t i = 1; i <= 4; ++i) {
    files.FailAt(files.operations() + i, absl::PermissionDeniedError("no"));
    EXPECT_EQ(CheckSample(files, kPath).code(), absl::StatusCode::kPermissionDenied) << i;
  }
  EXPECT_GT(steps, 4u);
}

}  // namespace
}  // namespace wallet
