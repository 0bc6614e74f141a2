// Every kind of damage to every file of a log: found, or harmless; never silent.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "tests/wal/rocks_fixture.h"

namespace wallet {
namespace {

namespace fs = std::filesystem;
using testing::Append;
using testing::ReadAll;
using testing::RocksFixture;

constexpr int kRecords = 50;

// A log of kRecords records, and an older copy of it.
class LogDamageTest : public ::testing::Test {
 protected:
  LogDamageTest() {
    EXPECT_TRUE(rocks_.Create(rocks_.path()).ok());
    Write(0, kRecords / 2);
    fs::copy(rocks_.path(), rocks_.path("older"), fs::copy_options::recursive);
    Write(kRecords / 2, kRecords);
  }

  void Write(int from, int to) {
    auto log = rocks_.Open(rocks_.path());
    ASSERT_TRUE(log.ok()) << log.status();
    for (int i = from; i < to; ++i) {
      payloads_.push_back("record " + std::to_string(i) + std::string(500, 'x'));
      ASSERT_TRUE(Append(**log, 1, payloads_.back()).ok());
    }
  }

  // "" when everything acknowledged is there; otherwise why the log was refused. Anything else
  // fails.
  std::string OpenAndRead(const std::string& directory, const std::string& seed = "seed") {
    auto log = rocks_.Open(directory, seed);
    if (!log.ok()) return std::string(log.status().message());
    const auto read = ReadAll(**log);
    if (!read.status.ok()) return std::string(read.status.message());
    EXPECT_EQ(read.payloads, payloads_) << "damage went unnoticed";
    return "";
  }

  std::vector<std::string> Files() {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(rocks_.path())) {
      const std::string name = entry.path().filename().string();
      // RocksDB's own report and lock hold no data.
      if (!entry.is_regular_file() || name.rfind("LOG", 0) == 0 || name == "LOCK") continue;
      files.push_back(fs::relative(entry.path(), rocks_.path()).string());
    }
    return files;
  }

  RocksFixture rocks_;
  std::vector<std::string> payloads_;
};

void Flip(const fs::path& path, double where) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto offset = static_cast<std::streamoff>(where * static_cast<double>(fs::file_size(path)));
  file.seekg(offset);
  const char byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(offset);
  file.put(byte);
}

TEST_F(LogDamageTest, OfAnyKindToAnyFileIsFoundOrHarmless) {
  const std::pair<const char*, std::function<void(const fs::path&, const fs::path&)>> kDamages[] = {
      {"a byte flipped early", [](const auto& path, const auto&) { Flip(path, 0.1); }},
      {"a byte flipped in the middle", [](const auto& path, const auto&) { Flip(path, 0.5); }},
      {"a byte flipped late", [](const auto& path, const auto&) { Flip(path, 0.95); }},
      {"cut in half",
       [](const auto& path, const auto&) { fs::resize_file(path, fs::file_size(path) / 2); }},
      {"emptied", [](const auto& path, const auto&) { fs::resize_file(path, 0); }},
      {"deleted", [](const auto& path, const auto&) { fs::remove(path); }},
      {"replaced by an older copy",
       [](const auto& path, const auto& older) {
         if (fs::exists(older)) fs::copy_file(older, path, fs::copy_options::overwrite_existing);
       }},
  };
  int found = 0;
  for (const std::string& file : Files()) {
    for (const auto& [what, damage] : kDamages) {
      SCOPED_TRACE(file + ": " + what);
      const std::string copy = rocks_.path("copy");
      fs::remove_all(copy);
      fs::copy(rocks_.path(), copy, fs::copy_options::recursive);
      damage(fs::path(copy) / file, fs::path(rocks_.path("older")) / file);
      const std::string why = OpenAndRead(copy);
      if (why.empty()) continue;
      ++found;
      EXPECT_NE(why.find(copy), std::string::npos) << why;
    }
  }
  EXPECT_GT(found, 10);
}

TEST_F(LogDamageTest, ALogOlderThanItsMarkIsRefusedNamingBothPositions) {
  fs::remove_all(rocks_.path() + "/log");
  fs::copy(rocks_.path("older") + "/log", rocks_.path() + "/log", fs::copy_options::recursive);
  const std::string why = OpenAndRead(rocks_.path());
  EXPECT_NE(why.find("ends at position 25"), std::string::npos) << why;
  EXPECT_NE(why.find("up to position 50"), std::string::npos) << why;
}

TEST_F(LogDamageTest, AMarkOlderThanItsLogIsWhatALossOfPowerLeaves) {
  fs::copy_file(rocks_.path("older") + "/MARK", rocks_.path() + "/MARK",
                fs::copy_options::overwrite_existing);
  EXPECT_EQ(OpenAndRead(rocks_.path()), "");
}

// The mark does not reach that far: only RocksDB's own reading sees it.
TEST_F(LogDamageTest, AFlippedBitBehindAnOlderMarkIsNoEndOfTheLog) {
  fs::copy_file(rocks_.path("older") + "/MARK", rocks_.path() + "/MARK",
                fs::copy_options::overwrite_existing);
  int logs = 0;
  for (const std::string& file : Files()) {
    if (!file.ends_with(".log") || fs::file_size(rocks_.path() + "/" + file) == 0) continue;
    SCOPED_TRACE(file);
    const std::string copy = rocks_.path("copy");
    fs::remove_all(copy);
    fs::copy(rocks_.path(), copy, fs::copy_options::recursive);
    Flip(fs::path(copy) / file, 0.5);
    EXPECT_NE(OpenAndRead(copy), "");
    ++logs;
  }
  EXPECT_GT(logs, 0);
}

TEST_F(LogDamageTest, ALogWhoseRecordsEndElsewhereThanTheMarkIsNotTheOneAcknowledged) {
  const std::string other = rocks_.path("other");
  ASSERT_TRUE(rocks_.Create(other).ok());
  {
    auto log = rocks_.Open(other);
    ASSERT_TRUE(log.ok()) << log.status();
    ASSERT_TRUE(Append(**log, 2 * kRecords, "one record across the mark").ok());
  }
  fs::copy_file(rocks_.path() + "/MARK", other + "/MARK", fs::copy_options::overwrite_existing);
  auto log = rocks_.Open(other);
  ASSERT_TRUE(log.ok()) << log.status();
  const auto read = ReadAll(**log);
  EXPECT_EQ(read.status.code(), absl::StatusCode::kDataLoss) << read.status;
}

TEST_F(LogDamageTest, TheLogOfAnotherLedgerIsRefused) {
  EXPECT_NE(OpenAndRead(rocks_.path(), "another seed").find("another ledger"), std::string::npos);
}

TEST_F(LogDamageTest, ALogThatIsGoneIsRefusedAndNotMadeAnew) {
  fs::remove_all(rocks_.path() + "/log");
  EXPECT_NE(OpenAndRead(rocks_.path()), "");
  EXPECT_FALSE(fs::exists(rocks_.path() + "/log/CURRENT"));
}

TEST_F(LogDamageTest, ALogThatHoldsRecordsIsNeverMadeAnew) {
  EXPECT_EQ(rocks_.Create(rocks_.path()).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(OpenAndRead(rocks_.path()), "");
}

}  // namespace
}  // namespace wallet
