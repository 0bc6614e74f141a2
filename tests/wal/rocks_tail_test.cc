#include "wal/rocks_tail.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "tests/wal/rocks_fixture.h"
#include "wal/limits.h"

namespace wallet {
namespace {

namespace fs = std::filesystem;

// The file that the log in `directory` is writing.
fs::path NewestLogFile(const std::string& directory) {
  fs::path newest;
  for (const auto& entry : fs::directory_iterator(directory + "/log")) {
    if (entry.path().extension() == ".log" && entry.path() > newest) newest = entry.path();
  }
  return newest;
}

// Up to where zeros are: no test writes so much, and the file is many times as large.
std::string ReadFile(const fs::path& path) {
  std::string bytes(std::min<size_t>(fs::file_size(path), 4 << 20), '\0');
  std::ifstream(path, std::ios::binary).read(bytes.data(), static_cast<ptrdiff_t>(bytes.size()));
  return bytes;
}

// What RocksDB has written of a few records.
class RocksTailTest : public ::testing::Test {
 protected:
  // Records with such payloads, none of which ends in a zero.
  void Write(const std::vector<size_t>& sizes) {
    ASSERT_TRUE(rocks_.Create(rocks_.path()).ok());
    auto log = rocks_.Open(rocks_.path());
    ASSERT_TRUE(log.ok()) << log.status();
    for (const size_t size : sizes) {
      ASSERT_TRUE(testing::Append(**log, 1, std::string(size, 'x')).ok());
      bytes_ = ReadFile(NewestLogFile(rocks_.path()));
      ends_.push_back(bytes_.find_last_not_of('\0') + 1);
      EXPECT_EQ(WrittenEnd(bytes_), ends_.back());
    }
    // As many zeros as any record could end in, and not 64 MiB of them.
    bytes_.resize(ends_.back() + kMaxRecordBytes + kRocksBlockBytes);
  }
  size_t BeforeLast() const { return ends_[ends_.size() - 2]; }

  testing::RocksFixture rocks_;
  std::string bytes_;
  std::vector<size_t> ends_;  // of each record
};

TEST_F(RocksTailTest, IsBehindTheLastRecordHoweverRecordsLieInBlocks) {
  std::vector<size_t> sizes = {1, 5000, 40'000, kMaxPayloadBytes, 1};
  // Around a block's end, where a header has no room, or just that.
  for (size_t i = 0; i < 40; ++i) sizes.push_back(kRocksBlockBytes - 120 + i);
  Write(sizes);
}

TEST_F(RocksTailTest, ARecordMayEndInZeros) {
  ASSERT_TRUE(rocks_.Create(rocks_.path()).ok());
  std::string killed;
  fs::path file;
  {
    auto log = rocks_.Open(rocks_.path());
    ASSERT_TRUE(log.ok()) << log.status();
    ASSERT_TRUE(testing::Append(**log, 1, "record").ok());
    ASSERT_TRUE(testing::Append(**log, 1, std::string(100'000, '\0')).ok());
    file = NewestLogFile(rocks_.path());
    killed = ReadFile(file);
  }
  const std::string closed = ReadFile(file);  // which takes back what the file was larger
  ASSERT_LT(closed.size(), killed.size());
  EXPECT_EQ(WrittenEnd(killed), closed.size());
  EXPECT_EQ(WrittenEnd(closed), closed.size());
}

TEST_F(RocksTailTest, OfNothingWrittenIsTheStart) {
  EXPECT_EQ(WrittenEnd(""), 0u);
  EXPECT_EQ(WrittenEnd(std::string(2 * kRocksBlockBytes, '\0')), 0u);
}

TEST_F(RocksTailTest, AnAppendThatWasCutAnywhereIsLeftOut) {
  Write({3000, 3000, 70'000});
  for (size_t cut = BeforeLast(); cut < ends_.back(); cut += 131) {
    std::string torn = bytes_;
    std::fill(torn.begin() + static_cast<ptrdiff_t>(cut), torn.end(), '\0');
    ASSERT_EQ(WrittenEnd(torn), BeforeLast()) << cut;
    torn.resize(cut);
    ASSERT_EQ(WrittenEnd(torn), BeforeLast()) << cut;
  }
}

TEST_F(RocksTailTest, AnAppendWhosePartsReachedTheDiskInAnyOrderIsLeftOut) {
  constexpr size_t kSector = 512;
  Write({3000, 3000, 70'000});
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::string torn = bytes_;
    int lost = 0;
    for (size_t at = BeforeLast(); at < ends_.back();) {
      const size_t end = std::min(ends_.back(), (at / kSector + 1) * kSector);
      const bool loses = random() % 2 == 0;
      if (loses)
        std::fill(torn.begin() + static_cast<ptrdiff_t>(at),
                  torn.begin() + static_cast<ptrdiff_t>(end), '\0');
      lost += loses ? 1 : 0;
      at = end;
    }
    ASSERT_GT(lost, 0);
    ASSERT_EQ(WrittenEnd(torn), BeforeLast()) << round;
  }
}

TEST_F(RocksTailTest, DamageThatARecordFollowsIsNoEnd) {
  Write({300, 300, 300});
  for (size_t at = 0; at < BeforeLast(); ++at) {
    std::string damaged = bytes_;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    ASSERT_EQ(WrittenEnd(damaged), damaged.size()) << at;
  }
}

TEST_F(RocksTailTest, DamageThatARecordOfZerosFollowsIsNoEnd) {
  Write({300});
  // By hand, as the log's own records have a head: the masked CRC-32C of what follows the length,
  // the length, the type of a whole record, and its two bytes.
  const std::string zeros = std::string("\x22\x75\x8c\x04", 4) + std::string("\2\0\1\0\0", 5);
  bytes_.replace(ends_.back(), zeros.size(), zeros);
  ASSERT_EQ(WrittenEnd(bytes_), ends_.back() + zeros.size());
  bytes_[100] = static_cast<char>(bytes_[100] ^ 0x10);
  EXPECT_EQ(WrittenEnd(bytes_), bytes_.size());
}

TEST_F(RocksTailTest, DamageToARecordOfManyBlocksThatARecordFollowsIsNoEnd) {
  Write({300, 100'000, 100'000});
  for (size_t at = 0; at < BeforeLast(); at += 97) {
    std::string damaged = bytes_;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    ASSERT_EQ(WrittenEnd(damaged), damaged.size()) << at;
  }
}

TEST_F(RocksTailTest, MoreThanAnAppendBehindTheLastRecordIsDamage) {
  Write({300, 300});
  bytes_.resize(ends_.back() + kMaxRecordBytes + kRocksBlockBytes);
  std::string remains = bytes_;
  remains[ends_.back() + kMaxRecordBytes] = 'x';
  EXPECT_EQ(WrittenEnd(remains), ends_.back());
  bytes_.back() = 'x';
  EXPECT_EQ(WrittenEnd(bytes_), bytes_.size());
}

// A server that was killed, or whose machine lost its power, while it appended.
class RocksTailOfLogTest : public ::testing::Test {
 protected:
  RocksTailOfLogTest() {
    EXPECT_TRUE(rocks_.Create(rocks_.path()).ok());
    auto log = rocks_.Open(rocks_.path());
    EXPECT_TRUE(log.ok()) << log.status();
    for (int i = 0; i < 5; ++i) {
      if (i == 4) Copy(rocks_.path(), rocks_.path("before"));
      payloads_.push_back("record " + std::to_string(i) + std::string(9'000, 'x'));
      EXPECT_TRUE(testing::Append(**log, 1, payloads_.back()).ok());
    }
    Copy(rocks_.path(), rocks_.path("killed"));
  }

  static void Copy(const std::string& from, const std::string& to) {
    fs::copy(from, to, fs::copy_options::recursive);
  }
  // The mark as the disk may have it after a loss of power: a moment older.
  void LoseTheMark() {
    fs::copy_file(rocks_.path("before") + "/MARK", killed() + "/MARK",
                  fs::copy_options::overwrite_existing);
  }
  std::string killed() const { return rocks_.path("killed"); }
  // Changes the byte that lies so far before the end of what was written.
  void Damage(size_t before_end) {
    const fs::path path = NewestLogFile(killed());
    const size_t at = ReadFile(path).find_last_not_of('\0') + 1 - before_end;
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file.put('\0');
  }

  testing::RocksFixture rocks_;
  std::vector<std::string> payloads_;
};

TEST_F(RocksTailOfLogTest, AFileIsLargeBeforeItIsWritten) {
  auto log = rocks_.Open(killed());
  ASSERT_TRUE(log.ok()) << log.status();
  ASSERT_TRUE(testing::Append(**log, 1, "first").ok());
  const auto size = fs::file_size(NewestLogFile(killed()));
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(testing::Append(**log, 1, std::string(9'000, 'x')).ok());
    EXPECT_EQ(fs::file_size(NewestLogFile(killed())), size);
  }
}

TEST_F(RocksTailOfLogTest, EverythingIsThereAfterAKill) {
  auto log = rocks_.Open(killed());
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(testing::ReadAll(**log).payloads, payloads_);
  ASSERT_TRUE(testing::Append(**log, 1, "more").ok());
}

TEST_F(RocksTailOfLogTest, AnAppendLostInPartWithThePowerIsLeftOut) {
  LoseTheMark();
  Damage(5'000);
  auto log = rocks_.Open(killed());
  ASSERT_TRUE(log.ok()) << log.status();
  payloads_.pop_back();
  EXPECT_EQ(testing::ReadAll(**log).payloads, payloads_);
}

TEST_F(RocksTailOfLogTest, AnAppendLostInPartThatWasAcknowledgedIsFound) {
  Damage(5'000);
  const auto log = rocks_.Open(killed());
  EXPECT_EQ(log.status().code(), absl::StatusCode::kDataLoss) << log.status();
}

TEST_F(RocksTailOfLogTest, DamageBehindTheMarkThatARecordFollowsIsFound) {
  LoseTheMark();
  Damage(14'000);
  const auto log = rocks_.Open(killed());
  EXPECT_EQ(log.status().code(), absl::StatusCode::kDataLoss) << log.status();
}

}  // namespace
}  // namespace wallet
