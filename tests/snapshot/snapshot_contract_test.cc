#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "snapshot/temporaries.h"
#include "tests/snapshot/sample.h"
#include "tests/support/memory_files.h"
#include "tests/support/temp_dir.h"

namespace wallet {
namespace {

class SnapshotTest : public ::testing::TestWithParam<int> {
 protected:
  std::unique_ptr<SnapshotWriter> Create(const SnapshotOptions& options = SmallChunks()) {
    return *SnapshotWriter::Create(files_, kPath, options);
  }
  std::unique_ptr<SnapshotReader> Open() { return *SnapshotReader::Open(files_, kPath); }

  MemoryFiles files_;
};

INSTANTIATE_TEST_SUITE_P(Levels, SnapshotTest, ::testing::Values(0, 1, 3, 19));

TEST_P(SnapshotTest, WhatIsWrittenIsRead) {
  ASSERT_TRUE(WriteSample(files_, kPath, SmallChunks(GetParam())).ok());
  EXPECT_EQ(CheckSample(files_, kPath), absl::OkStatus());
  const auto reader = Open();
  ASSERT_EQ(reader->sections().size(), 3u);
  EXPECT_EQ(reader->sections()[0].name, "accounts/0");
  EXPECT_EQ(reader->sections()[0].plain_bytes, 150u);
  EXPECT_EQ(reader->sections()[0].chunks, 3u);
  EXPECT_EQ(reader->sections()[1].chunks, 0u);
  EXPECT_EQ(reader->sections()[2].plain_bytes, 64u);
  EXPECT_EQ(reader->file_bytes(), files_.Get(kPath).size());
  EXPECT_EQ(files_.Tree(), std::vector<std::string>{kPath});
}

TEST_P(SnapshotTest, TheSameCallsWriteTheSameBytes) {
  ASSERT_TRUE(WriteSample(files_, "/a", SmallChunks(GetParam())).ok());
  ASSERT_TRUE(WriteSample(files_, "/b", SmallChunks(GetParam())).ok());
  EXPECT_EQ(files_.Get("/a"), files_.Get("/b"));
}

TEST_P(SnapshotTest, SlicesOfAnySizeMakeTheSameChunks) {
  const std::string bytes = SampleBytes('a', 1000);
  for (const size_t size : {1u, 7u, 64u, 65u, 1000u}) {
    const std::string path = "/by" + std::to_string(size);
    auto writer = *SnapshotWriter::Create(files_, path, SmallChunks(GetParam()));
    const SectionNumber section = writer->AddSection("s");
    for (size_t i = 0; i < bytes.size(); i += size) {
      ASSERT_TRUE(writer->Append(section, bytes.substr(i, size)).ok());
    }
    ASSERT_TRUE(writer->Commit("").ok());
    EXPECT_EQ(files_.Get(path), files_.Get("/by1"));
  }
}

TEST_F(SnapshotTest, CompressionSavesRoomAndWhatDoesNotShrinkIsStoredAsItIs) {
  std::string noise;
  for (uint64_t i = 0; i < 1000; ++i) noise += static_cast<char>(Mix64(i));
  auto writer = Create({.compression_level = 1});
  const SectionNumber packed = writer->AddSection("packed");
  const SectionNumber raw = writer->AddSection("raw");
  ASSERT_TRUE(writer->Append(packed, std::string(300'000, 'x')).ok());
  ASSERT_TRUE(writer->Append(raw, noise).ok());
  ASSERT_TRUE(writer->Commit("").ok());
  const auto reader = Open();
  EXPECT_LT(reader->sections()[0].stored_bytes, 300u);
  EXPECT_EQ(reader->sections()[1].stored_bytes, noise.size());
  EXPECT_EQ(*ReadAll(*reader, "packed"), std::string(300'000, 'x'));
  EXPECT_EQ(*ReadAll(*reader, "raw"), noise);
}

TEST_F(SnapshotTest, ASnapshotMayBeEmpty) {
  ASSERT_TRUE(Create()->Commit("").ok());
  EXPECT_TRUE(Open()->Verify().ok());
  EXPECT_TRUE(Open()->sections().empty());
}

TEST_F(SnapshotTest, BeforeCommitNothingHasTheFinalNameAndAnAbandonedOneLeavesNothing) {
  {
    auto writer = Create();
    ASSERT_TRUE(FillSample(*writer).ok());
    EXPECT_EQ(files_.Tree(), std::vector<std::string>{"/snapshot.tmp"});
    ASSERT_TRUE(writer->Seal("").ok());
    EXPECT_EQ(files_.Tree(), std::vector<std::string>{"/snapshot.tmp"});
  }
  EXPECT_EQ(files_.Tree(), std::vector<std::string>{});
}

TEST_F(SnapshotTest, ASealedOneIsVerifiedBeforeItGetsItsName) {
  auto writer = Create();
  ASSERT_TRUE(FillSample(*writer).ok());
  ASSERT_TRUE(writer->Seal(kSampleMetadata).ok());
  EXPECT_EQ(CheckSample(files_, writer->temporary_path()), absl::OkStatus());
  EXPECT_EQ(writer->file_bytes(), files_.Get(writer->temporary_path()).size());
  ASSERT_TRUE(writer->Publish().ok());
  writer.reset();
  EXPECT_EQ(CheckSample(files_, kPath), absl::OkStatus());
}

TEST_F(SnapshotTest, NothingIsOverwritten) {
  ASSERT_TRUE(WriteSample(files_, kPath).ok());
  EXPECT_EQ(SnapshotWriter::Create(files_, kPath, {}).status().code(),
            absl::StatusCode::kAlreadyExists);

  files_.Put("/other.tmp", "a crash left this");
  EXPECT_EQ(SnapshotWriter::Create(files_, "/other", {}).status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(files_.Has("/other.tmp"));
  ASSERT_TRUE(RemoveUnfinished(files_, "/other").ok());
  EXPECT_TRUE(WriteSample(files_, "/other").ok());

  auto late = *SnapshotWriter::Create(files_, "/late", {});
  files_.Put("/late", "came meanwhile");
  EXPECT_EQ(late->Commit("").code(), absl::StatusCode::kAlreadyExists);
  late.reset();
  EXPECT_EQ(files_.Get("/late"), "came meanwhile");
  EXPECT_FALSE(files_.Has("/late.tmp"));
}

TEST_F(SnapshotTest, VerifyReportsProgressAndCanBeStopped) {
  ASSERT_TRUE(WriteSample(files_, kPath).ok());
  const auto reader = Open();
  std::vector<uint64_t> done;
  ASSERT_TRUE(reader
                  ->Verify([&](const Progress& progress) {
                    EXPECT_EQ(progress.total_bytes, reader->file_bytes());
                    done.push_back(progress.done_bytes);
                    return true;
                  })
                  .ok());
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_EQ(done.back(), reader->file_bytes());
  EXPECT_EQ(reader->Verify([](const Progress&) { return false; }).code(),
            absl::StatusCode::kCancelled);
}

TEST_F(SnapshotTest, AVisitorsErrorEndsTheReading) {
  ASSERT_TRUE(WriteSample(files_, kPath).ok());
  int slices = 0;
  const absl::Status status = Open()->ReadSection("accounts/0", [&](std::string_view slice) {
    EXPECT_LE(slice.size(), 64u);
    return ++slices == 2 ? absl::InternalError("enough") : absl::OkStatus();
  });
  EXPECT_EQ(status, absl::InternalError("enough"));
  EXPECT_EQ(slices, 2);
}

TEST_F(SnapshotTest, WhatIsNotThereIsNotFoundAndNamed) {
  EXPECT_EQ(SnapshotReader::Open(files_, kPath).status().code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(WriteSample(files_, kPath).ok());
  const absl::Status status = ReadAll(*Open(), "nothing").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("nothing"));
}

TEST(SnapshotOnDiskTest, SectionsAreReadByManyThreads) {
  TempDir directory;
  FileSystem& files = PosixFileSystem();
  const std::string path = directory.path() + "/snapshot";
  const std::string bytes = SampleBytes('a', 100'000);
  auto writer = *SnapshotWriter::Create(files, path, {.chunk_bytes = 1000});
  for (int i = 0; i < 4; ++i) writer->AddSection("s" + std::to_string(i));
  for (size_t at = 0; at < bytes.size(); at += 500) {
    for (uint32_t i = 0; i < 4; ++i) {
      ASSERT_TRUE(writer->Append(SectionNumber(i), bytes.substr(at, 500)).ok());
    }
  }
  ASSERT_TRUE(writer->Commit("").ok());
  const auto reader = *SnapshotReader::Open(files, path);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] { EXPECT_EQ(*ReadAll(*reader, "s" + std::to_string(i)), bytes); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(files.List(directory.path())->size(), 1u);
}

using SnapshotDeathTest = SnapshotTest;

TEST_F(SnapshotDeathTest, BrokenCallsAreBugs) {
  auto writer = Create();
  writer->AddSection("s");
  EXPECT_DEATH(writer->AddSection("s"), "CHECK failed");
  EXPECT_DEATH(writer->AddSection(""), "CHECK failed");
  EXPECT_DEATH(writer->AddSection("a\nb"), "CHECK failed");
  EXPECT_DEATH(writer->Append(SectionNumber(1), "x").IgnoreError(), "CHECK failed");
  EXPECT_DEATH(writer->Publish().IgnoreError(), "CHECK failed");
  ASSERT_TRUE(writer->Commit("").ok());
  EXPECT_DEATH(writer->Append(SectionNumber(0), "x").IgnoreError(), "CHECK failed");
}

}  // namespace
}  // namespace wallet
