// What a lookup asks of the disk, and in which order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/wal/runs/run_fixture.h"

namespace wallet {
namespace {

using testing::CommitTo;
using ::testing::ElementsAre;
using testing::Entries;
using ::testing::IsEmpty;
using testing::kKeys;
using testing::kRows;
using testing::SetOptions;

// Keeps the order in which blocks are announced and read.
class WatchedFiles final : public MemoryFiles {
 public:
  absl::StatusOr<std::unique_ptr<RandomAccessFile>> OpenRead(const std::string& path) override {
    auto file = MemoryFiles::OpenRead(path);
    if (!file.ok()) return file;
    return std::make_unique<Watched>(*this, path, *std::move(file));
  }
  std::vector<std::string> Take() { return std::exchange(calls_, {}); }

 private:
  class Watched final : public RandomAccessFile {
   public:
    Watched(WatchedFiles& files, std::string path, std::unique_ptr<RandomAccessFile> file)
        : files_(files), path_(std::move(path)), file_(std::move(file)) {}
    absl::StatusOr<uint64_t> Size() override { return file_->Size(); }
    absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> buffer) override {
      Note("read", offset, buffer.size());
      return file_->ReadAt(offset, buffer);
    }
    void WillRead(uint64_t offset, size_t size) override { Note("announce", offset, size); }

   private:
    void Note(const char* what, uint64_t offset, size_t size) {
      files_.calls_.push_back(absl::StrCat(what, " ", path_, " ", offset, "+", size));
    }

    WatchedFiles& files_;
    const std::string path_;
    const std::unique_ptr<RandomAccessFile> file_;
  };

  std::vector<std::string> calls_;
};

class LookupOrderTest : public ::testing::Test {
 protected:
  LookupOrderTest() {
    EXPECT_TRUE(RunSet::Create(files_, "/d").ok());
    Open();
  }
  void Open() { set_ = *RunSet::Open(files_, random_, SetOptions("/d")); }
  void Commit(const Entries& rows, const Entries& keys) {
    EXPECT_TRUE(CommitTo(*set_, rows, keys, Position(++position_), "").ok());
    Open();  // anew, so that files are known by their final names
    files_.Take();
  }
  static bool All(const RunEntry&) { return true; }

  WatchedFiles files_;
  testing::RepeatedRandom random_{1};
  std::unique_ptr<RunSet> set_;
  uint64_t position_ = 0;
};

// The first blocks of these runs: the checksum, three varints and a value of one byte.
constexpr char kOldBlock[] = "/d/rows-0000000001.run 40+12";
constexpr char kNewBlock[] = "/d/rows-0000000002.run 40+12";

TEST_F(LookupOrderTest, EveryRunsBlockIsAnnouncedBeforeOneIsRead) {
  Commit({{{5, 1}, "a"}}, {});
  Commit({{{5, 2}, "b"}}, {});
  const auto order =
      ElementsAre(absl::StrCat("announce ", kNewBlock), absl::StrCat("announce ", kOldBlock),
                  absl::StrCat("read ", kNewBlock), absl::StrCat("read ", kOldBlock));
  EXPECT_TRUE(set_->view()->Scan(kRows, {5, 0}, {5, 9}, All).ok());
  EXPECT_THAT(files_.Take(), order);
  EXPECT_TRUE(set_->view()->ScanBack(kRows, {5, 0}, {5, 9}, All).ok());
  EXPECT_THAT(files_.Take(), order);
}

TEST_F(LookupOrderTest, TheOnlyRunIsJustRead) {
  Commit({{{5, 1}, "a"}}, {});
  EXPECT_TRUE(set_->view()->Scan(kRows, {5, 0}, {5, 9}, All).ok());
  EXPECT_THAT(files_.Take(), ElementsAre(absl::StrCat("read ", kOldBlock)));
}

TEST_F(LookupOrderTest, RunsThatCannotHoldItAreLeftAlone) {
  Commit({{{5, 1}, "a"}}, {{{70, 1}, "k"}});
  Commit({{{9, 1}, "b"}}, {{{80, 1}, "k"}});
  EXPECT_TRUE(set_->view()->Scan(kRows, {7, 0}, {7, 9}, All).ok());
  EXPECT_TRUE(set_->view()->Scan(kKeys, {75, 0}, {75, 9}, All).ok());
  EXPECT_THAT(files_.Take(), IsEmpty());
}

}  // namespace
}  // namespace wallet
