// What snapshots need of a file system, against the machine's and its twin in memory.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "tests/support/memory_files.h"
#include "tests/support/temp_dir.h"
#include "wal/base/file.h"
#include "wal/base/hash.h"
#include "wal/base/huge_pages.h"

namespace wallet {
namespace {

std::string RandomBytes(size_t size) {
  static uint64_t number = 0;
  std::string bytes;
  for (size_t i = 0; i < size; ++i) bytes += static_cast<char>(Mix64(++number));
  return bytes;
}

struct Disk {
  virtual ~Disk() = default;
  virtual FileSystem& files() = 0;
  virtual std::string root() = 0;
};
struct MachineDisk final : Disk {
  FileSystem& files() override { return PosixFileSystem(); }
  std::string root() override { return directory.path(); }
  TempDir directory;
};
struct MemoryDisk final : Disk {
  FileSystem& files() override { return memory; }
  std::string root() override { return ""; }
  MemoryFiles memory;
};

struct DiskKind {
  const char* name;
  std::function<std::unique_ptr<Disk>()> make;
};

class FilesContractTest : public ::testing::TestWithParam<DiskKind> {
 protected:
  std::string Path(const std::string& name) { return disk_->root() + "/" + name; }
  void Write(const std::string& name, std::string_view bytes) {
    ASSERT_TRUE(files_.WriteFileAtomically(Path(name), bytes).ok());
  }
  std::string Read(const std::string& name) { return files_.ReadFile(Path(name)).value_or("?"); }

  const std::unique_ptr<Disk> disk_ = GetParam().make();
  FileSystem& files_ = disk_->files();
};

INSTANTIATE_TEST_SUITE_P(
    Files, FilesContractTest,
    ::testing::Values(DiskKind{"Posix", [] { return std::make_unique<MachineDisk>(); }},
                      DiskKind{"Memory", [] { return std::make_unique<MemoryDisk>(); }}),
    [](const auto& info) { return info.param.name; });

TEST_P(FilesContractTest, ANewFileIsNewAndGrows) {
  auto file = files_.CreateNew(Path("a"));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE((*file)->Append("ab").ok());
  EXPECT_TRUE((*file)->Append("cd").ok());
  EXPECT_TRUE((*file)->Sync().ok());
  EXPECT_EQ(Read("a"), "abcd");
  EXPECT_EQ(files_.CreateNew(Path("a")).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Read("a"), "abcd");
  EXPECT_EQ(files_.CreateNew(Path("no/a")).status().code(), absl::StatusCode::kNotFound);
}

// Whole blocks of the disk go another way than what is left of them.
TEST_P(FilesContractTest, ABulkFileHoldsWhatWasAppendedBeforeItWasSynced) {
  for (const size_t size : {0, 1, 4095, 4096, 4097, 1'000'000, 2 << 20}) {
    const std::string bytes = RandomBytes(size);
    const std::string name = "a" + std::to_string(size);
    auto file = files_.CreateBulk(Path(name));
    ASSERT_TRUE(file.ok()) << file.status();
    EXPECT_TRUE((*file)->Append(std::string_view(bytes).substr(0, size / 3)).ok());
    EXPECT_TRUE((*file)->Append(std::string_view(bytes).substr(size / 3)).ok());
    EXPECT_TRUE((*file)->Sync().ok());
    EXPECT_TRUE(Read(name) == bytes) << size;
  }
  EXPECT_EQ(files_.CreateBulk(Path("a1")).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(files_.CreateBulk(Path("no/a")).status().code(), absl::StatusCode::kNotFound);
}

TEST_P(FilesContractTest, ABulkFileGrowsOnBehindASyncAnywhere) {
  auto file = files_.CreateBulk(Path("a"));
  ASSERT_TRUE(file.ok()) << file.status();
  std::string all;
  for (const size_t size : {8192, 5, 4091, 1'000'000, 0, 3}) {
    const std::string bytes = RandomBytes(size);
    EXPECT_TRUE((*file)->Append(bytes).ok());
    EXPECT_TRUE((*file)->Sync().ok());
    all += bytes;
    EXPECT_TRUE(Read("a") == all) << size;
  }
}

TEST_P(FilesContractTest, WhatIsReadOnceIsTheSame) {
  const std::string bytes = RandomBytes(20'000);
  Write("a", bytes);
  const auto file = files_.OpenRead(Path("a"));
  ASSERT_TRUE(file.ok());
  const HugeMemory memory = AllocateAligned(kBulkBlockBytes, 4 * kBulkBlockBytes);
  struct Place {
    uint64_t offset;
    size_t size, within;  // the memory
  };
  for (const Place place :
       {Place{0, 8192, 0}, Place{4096, 16384, 0}, Place{16384, 8192, 0}, Place{20480, 4096, 0},
        Place{1, 8192, 0}, Place{4096, 100, 0}, Place{4096, 8192, 1}}) {
    char* const to = memory.get() + place.within;
    const auto size = (*file)->ReadOnce(place.offset, {to, place.size});
    ASSERT_TRUE(size.ok()) << size.status();
    const std::string expected =
        place.offset < bytes.size() ? bytes.substr(place.offset, place.size) : "";
    EXPECT_TRUE(std::string(to, *size) == expected) << place.offset;
  }
}

TEST_P(FilesContractTest, ReadsAtAnyPlaceAndStopsAtTheEnd) {
  Write("a", "0123456789");
  const auto file = files_.OpenRead(Path("a"));
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(*(*file)->Size(), 10u);
  char buffer[4] = {};
  EXPECT_EQ(*(*file)->ReadAt(3, buffer), 4u);
  EXPECT_EQ(std::string(buffer, 4), "3456");
  EXPECT_EQ(*(*file)->ReadAt(8, buffer), 2u);
  EXPECT_EQ(std::string(buffer, 2), "89");
  EXPECT_EQ(*(*file)->ReadAt(10, buffer), 0u);
  EXPECT_EQ(*(*file)->ReadAt(1000, buffer), 0u);
  EXPECT_EQ(files_.OpenRead(Path("b")).status().code(), absl::StatusCode::kNotFound);
}

TEST_P(FilesContractTest, WhatIsAnnouncedIsReadAsItIs) {
  Write("a", "0123456789");
  const auto file = files_.OpenRead(Path("a"));
  ASSERT_TRUE(file.ok());
  (*file)->WillRead(3, 4);
  (*file)->WillRead(8, 1000);
  (*file)->WillRead(1000, 1);
  char buffer[4] = {};
  EXPECT_EQ(*(*file)->ReadAt(3, buffer), 4u);
  EXPECT_EQ(std::string(buffer, 4), "3456");
  EXPECT_EQ(Read("a"), "0123456789");
}

TEST_P(FilesContractTest, ARenamedFileReplacesNothing) {
  Write("a", "one");
  Write("b", "two");
  EXPECT_EQ(files_.Rename(Path("a"), Path("b")).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Read("a"), "one");
  EXPECT_EQ(Read("b"), "two");
  EXPECT_TRUE(files_.Rename(Path("a"), Path("c")).ok());
  EXPECT_EQ(Read("c"), "one");
  EXPECT_FALSE(*files_.Exists(Path("a")));
  EXPECT_EQ(files_.Rename(Path("a"), Path("d")).code(), absl::StatusCode::kNotFound);
}

TEST_P(FilesContractTest, ARenamedDirectoryReplacesOnlyAnEmptyOne) {
  for (const char* name : {"from", "empty", "full"}) {
    ASSERT_TRUE(files_.CreateDirectory(Path(name)).ok());
  }
  Write("from/a", "one");
  Write("full/a", "two");
  Write("file", "three");
  EXPECT_EQ(files_.Rename(Path("from"), Path("full")).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(files_.Rename(Path("from"), Path("file")).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(files_.Rename(Path("file"), Path("empty")).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Read("full/a"), "two");
  EXPECT_EQ(Read("file"), "three");
  EXPECT_TRUE(files_.Rename(Path("from"), Path("empty")).ok());
  EXPECT_EQ(Read("empty/a"), "one");
  EXPECT_TRUE(files_.Rename(Path("empty"), Path("new")).ok());
  EXPECT_EQ(Read("new/a"), "one");
}

TEST_P(FilesContractTest, ALinkIsASecondNameOfOneFile) {
  Write("a", "one");
  EXPECT_TRUE(files_.Link(Path("a"), Path("b")).ok());
  EXPECT_EQ(files_.Link(Path("a"), Path("b")).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(files_.Link(Path("no"), Path("c")).code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(files_.Remove(Path("a")).ok());
  EXPECT_EQ(Read("b"), "one");
}

TEST_P(FilesContractTest, ATreeIsRemovedWithAllInIt) {
  ASSERT_TRUE(files_.CreateDirectory(Path("d")).ok());
  ASSERT_TRUE(files_.CreateDirectory(Path("d/e")).ok());
  Write("d/a", "one");
  Write("d/e/b", "two");
  Write("other", "stays");
  EXPECT_TRUE(files_.SyncDirectory(Path("d")).ok());
  EXPECT_TRUE(files_.RemoveTree(Path("d")).ok());
  EXPECT_FALSE(*files_.Exists(Path("d")));
  EXPECT_TRUE(files_.RemoveTree(Path("d")).ok());
  EXPECT_EQ(Read("other"), "stays");
  EXPECT_TRUE(files_.RemoveTree(Path("other")).ok());
  EXPECT_FALSE(*files_.Exists(Path("other")));
  EXPECT_EQ(files_.SyncDirectory(Path("d")).code(), absl::StatusCode::kNotFound);
}

// The twin alone: what a crash leaves.
TEST(MemoryFilesTest, OnlySyncedBytesUnderSyncedNamesSurvive) {
  MemoryFiles files;
  auto file = *files.CreateNew("/a");
  ASSERT_TRUE(file->Append("synced").ok() && file->Sync().ok() && file->Append(" lost").ok());
  MemoryFiles::Survives survives = MemoryFiles::Survives::kSynced;
  files.Restart(survives);
  EXPECT_FALSE(files.Has("/a"));  // its directory was never synced

  file = *files.CreateNew("/a");
  ASSERT_TRUE(file->Append("synced").ok() && file->Sync().ok() && file->Append(" lost").ok());
  ASSERT_TRUE(files.SyncDirectory("/").ok());
  ASSERT_TRUE(files.Rename("/a", "/b").ok());
  files.Restart(survives);
  EXPECT_EQ(files.Get("/a"), "synced");
  EXPECT_FALSE(files.Has("/b"));
}

TEST(MemoryFilesTest, AFullDiskTakesWhatFits) {
  MemoryFiles files;
  files.SetCapacity(3);
  auto file = *files.CreateNew("/a");
  EXPECT_TRUE(file->Append("ab").ok());
  EXPECT_EQ(file->Append("cd").code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(files.Get("/a"), "abc");
}

TEST(MemoryFilesTest, TheOperationChosenFailsAndAfterACrashAllDo) {
  MemoryFiles files;
  files.FailAt(2, absl::DataLossError("EIO"));
  auto file = *files.CreateNew("/a");
  EXPECT_EQ(file->Append("abcd").code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(files.Get("/a"), "ab");
  EXPECT_TRUE(file->Sync().ok());
  files.CrashAt(4);
  EXPECT_FALSE(file->Append("x").ok());
  EXPECT_FALSE(file->Sync().ok());
  EXPECT_TRUE(files.crashed());
  files.Restart(MemoryFiles::Survives::kEverything);
  EXPECT_EQ(files.Get("/a"), "ab");
}

}  // namespace
}  // namespace wallet
