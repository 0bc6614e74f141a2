// What is written beside a log never keeps the log's syncs waiting behind megabytes of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>

#include "snapshot/file_copy.h"
#include "tests/snapshot/sample.h"
#include "tests/support/memory_files.h"

namespace wallet {
namespace {

using Survives = MemoryFiles::Survives;
// Several times what may wait for a sync.
constexpr size_t kBytes = 10 * kSyncEveryBytes + 1;

// The most of `path` that was written and not yet synced, at any operation of the work on it.
uint64_t MostUnsynced(const std::string& path, const std::function<void(MemoryFiles&)>& work) {
  const auto left_by_crash = [&](uint64_t operation, Survives survives, uint64_t& bytes) {
    MemoryFiles files;
    files.Put("/from", std::string(kBytes, 'x'));
    files.CrashAt(operation);
    work(files);
    const bool crashed = files.crashed();
    files.Restart(survives);
    bytes = files.Has(path) ? files.Get(path).size() : 0;
    return crashed;
  };
  uint64_t most = 0, written = 0, synced = 0;
  for (uint64_t operation = 1; left_by_crash(operation, Survives::kEverything, written);
       ++operation) {
    left_by_crash(operation, Survives::kNames, synced);
    most = std::max(most, written - synced);
  }
  return most;
}

TEST(UnsyncedTest, ACopyIsSyncedAsItGrows) {
  const uint64_t most = MostUnsynced("/to", [](MemoryFiles& files) {
    CopyFile(files, "/from", "/to", kBytes, [](uint64_t) { return absl::OkStatus(); })
        .status()
        .IgnoreError();
  });
  EXPECT_GT(most, 0u);
  EXPECT_LE(most, kSyncEveryBytes);
}

TEST(UnsyncedTest, ASnapshotIsSyncedAsItGrows) {
  const uint64_t most = MostUnsynced(std::string(kPath) + ".tmp", [](MemoryFiles& files) {
    auto writer = SnapshotWriter::Create(files, kPath, {});
    if (!writer.ok()) return;
    const SectionNumber section = (*writer)->AddSection("accounts/0");
    (*writer)->Append(section, std::string(kBytes, 'x')).IgnoreError();
    (*writer)->Commit(kSampleMetadata).IgnoreError();
  });
  EXPECT_GT(most, 0u);
  // Synced behind the chunk that makes it so much.
  EXPECT_LT(most, kSyncEveryBytes + 2 * kDefaultChunkBytes);
}

}  // namespace
}  // namespace wallet
