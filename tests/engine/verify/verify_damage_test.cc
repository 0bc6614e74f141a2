// Every kind of damage to every kind of file of a data directory is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include "tests/engine/verify/stored_ledger.h"

namespace wallet {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::Sentences;
using testing::StoredLedger;

using Change = std::function<void(const fs::path&)>;

void Rewrite(const fs::path& path, const std::function<void(std::string&)>& change) {
  std::string bytes;
  {
    std::ifstream file(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  change(bytes);
  std::ofstream(path, std::ios::binary) << bytes;
}

Change FlipAt(double share) {
  return [share](const fs::path& path) {
    Rewrite(path, [&](std::string& bytes) {
      if (bytes.empty()) return;
      bytes[static_cast<size_t>(share * static_cast<double>(bytes.size() - 1))] ^= 0x10;
    });
  };
}

const std::map<std::string, Change>& Damages() {
  static const auto* const damages = new std::map<std::string, Change>{
      {"first byte", FlipAt(0)},
      {"a third", FlipAt(0.33)},
      {"the middle", FlipAt(0.5)},
      {"last byte", FlipAt(1)},
      {"cut in half", [](const fs::path& path) { fs::resize_file(path, fs::file_size(path) / 2); }},
      {"one byte short",
       [](const fs::path& path) { fs::resize_file(path, fs::file_size(path) - 1); }},
      {"emptied", [](const fs::path& path) { fs::resize_file(path, 0); }},
      {"removed", [](const fs::path& path) { fs::remove(path); }},
  };
  return *damages;
}

class VerifyDamageTest : public ::testing::Test {
 protected:
  VerifyDamageTest() {
    stored_.Live(60);
    stored_.Log();
    stored_.Snapshot(stored_.end());
    stored_.Index(stored_.end());
    stored_.Live(30);
    stored_.Log();
    stored_.Archive(stored_.end());
  }

  // What a verification of the directory says with the damage in the file, of `root`.
  absl::StatusOr<VerifyReport> Damaged(const fs::path& root, const std::string& file,
                                       const Change& damage) {
    const fs::path kept = root.string() + ".kept";
    fs::copy(root, kept, fs::copy_options::recursive);
    damage(root / file);
    auto report = VerifyDirectory(PosixFileSystem(), SystemClock(),
                                  {.directory = stored_.path(), .archive = stored_.archive_path()});
    fs::remove_all(root);
    fs::rename(kept, root);
    return report;
  }

  StoredLedger stored_;
};

TEST_F(VerifyDamageTest, OfEveryFileOfOursIsADifferenceThatNamesIt) {
  for (const std::string& file : stored_.Files()) {
    if (file == "LOCK" || file.starts_with("log/") || file == "MARK" || file == "index/LOCK") {
      continue;
    }
    for (const auto& [kind, damage] : Damages()) {
      // Nothing lists the snapshots, as a start needs none while the log is whole.
      if (kind == "removed" && file.starts_with("snapshots/")) continue;
      SCOPED_TRACE(file + ": " + kind);
      const auto report = Damaged(stored_.path(), file, damage);
      ASSERT_TRUE(report.ok()) << report.status();
      EXPECT_FALSE(report->clean());
      EXPECT_THAT(Sentences(*report), HasSubstr(fs::path(file).filename().string()));
    }
  }
}

TEST_F(VerifyDamageTest, OfTheMarkIsADifference) {
  for (const size_t slot : {0, 4096}) {
    for (const size_t byte : {0, 9, 17, 30, 60}) {
      SCOPED_TRACE(slot + byte);
      const auto report = Damaged(stored_.path(), "MARK", [&](const fs::path& path) {
        Rewrite(path, [&](std::string& bytes) { bytes[slot + byte] ^= 1; });
      });
      ASSERT_TRUE(report.ok()) << report.status();
      EXPECT_THAT(Sentences(*report), HasSubstr("MARK"));
    }
  }
  for (const char* kind : {"cut in half", "emptied", "removed"}) {
    const auto report = Damaged(stored_.path(), "MARK", Damages().at(kind));
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(Sentences(*report), HasSubstr("mark")) << kind;
  }
}

// RocksDB's files may be damaged where nothing depends on it: then everything must be there.
TEST_F(VerifyDamageTest, OfTheLogsFilesIsADifferenceOrHarmless) {
  int named = 0;
  for (const std::string& file : stored_.Files()) {
    const std::string name = fs::path(file).filename().string();
    if (!file.starts_with("log/") || name.starts_with("LOG") || name == "LOCK") continue;
    for (const auto& [kind, damage] : Damages()) {
      SCOPED_TRACE(file + ": " + kind);
      const auto report = Damaged(stored_.path(), file, damage);
      ASSERT_TRUE(report.ok()) << report.status();
      if (!report->clean()) {
        ++named;
        continue;
      }
      for (const CheckResult& check : report->checks) {
        if (check.name != "log") continue;
        EXPECT_EQ(check.count, stored_.end().value());
      }
    }
  }
  EXPECT_GT(named, 8);
}

TEST_F(VerifyDamageTest, OfTheArchiveIsADifferenceThatNamesTheSegment) {
  for (const auto& entry : fs::directory_iterator(stored_.archive_path())) {
    const std::string file = entry.path().filename().string();
    if (!file.starts_with("segment-")) continue;
    for (const auto& [kind, damage] : Damages()) {
      if (kind == "removed") continue;  // an archive may be empty
      SCOPED_TRACE(file + ": " + kind);
      const auto report = Damaged(stored_.archive_path(), file, damage);
      ASSERT_TRUE(report.ok()) << report.status();
      EXPECT_THAT(testing::Differing(*report), ::testing::Contains("archive"));
      EXPECT_THAT(Sentences(*report), HasSubstr(file));
    }
    return;
  }
  FAIL() << "there is no segment";
}

}  // namespace
}  // namespace wallet
