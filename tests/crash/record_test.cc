// What is read out of the records of strace: a fault must have met the files it was meant for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/crash/strace.h"
#include "tests/support/temp_dir.h"

namespace wallet::crash {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr char kLedger[] = "/ledger";

class RecordTest : public testing::Test {
 protected:
  std::string Record(const std::string& text) {
    std::ofstream(path_) << text;
    return path_;
  }
  bool HitFile(const std::string& text) { return Hit(Record(text), kLedger); }
  bool HitTheWord(const std::string& text) { return HitWord(Record(text)); }

 private:
  const TempDir temp_;
  const std::string path_ = temp_.path() + "/record";
};

TEST_F(RecordTest, CallsThatTouchTheDirectoryAreNumberedAmongAllOfTheirThread) {
  const std::string record = Record(
      "7 write(22<anon_inode:[eventfd]>, \"\"..., 8) = 8\n"
      "7 write(12</ledger/log/000023.log>, \"\"..., 40) = 40\n"
      "8 write(12</ledger/log/000023.log>, \"\"..., 40) = 40\n"
      "7 openat(AT_FDCWD</w>, \"/etc/localtime\", O_RDONLY) = 3</etc/localtime>\n"
      "7 rename(\"/ledger/a\", \"/ledger/b\") = 0\n"
      "7 write(1<pipe:[5]>, \"\"..., 6) = 6\n"
      "7 write(2</ledger.log>, \"\"..., 6) = 6\n"
      "7 write(12</ledger/log/000023.log>, \"\"..., 40) = 40\n"
      "9 msync(0x7f0000000000, 8192, MS_SYNC) = 0\n");
  EXPECT_THAT(CallsIn(record, kLedger),
              ElementsAre(Pair("msync", ElementsAre(1)), Pair("rename", ElementsAre(1)),
                          Pair("write", ElementsAre(1, 2, 5))));
}

constexpr char kWakeUpFails[] =
    "7 write(22<anon_inode:[eventfd]>, \"\"..., 8) = -1 EIO (INJECTED)\n";
constexpr char kReadyLineFails[] = "7 write(1<pipe:[5]>, \"\"..., 8) = -1 EIO (INJECTED)\n";
constexpr char kLogLineFails[] = "7 write(2</ledger.log>, \"\"..., 8) = -1 EIO (INJECTED)\n";
constexpr char kFileFails[] =
    "7 write(12</ledger/log/000023.log>, \"\"..., 8) = -1 EIO (INJECTED)\n";

TEST_F(RecordTest, AFaultIsHitWhereItMeetsAFile) {
  EXPECT_TRUE(HitFile(kFileFails));
  EXPECT_TRUE(HitFile(std::string(kWakeUpFails) + kFileFails));
  EXPECT_TRUE(HitFile("7 msync(0x7f0000000000, 8192, MS_SYNC) = -1 EIO (INJECTED)\n"));
  EXPECT_TRUE(HitFile("7 fsync(12</ledger/log/000023.log>) = 0 (DELAYED)\n"));
  EXPECT_TRUE(HitFile("7 +++ killed by SIGKILL +++\n"));
  EXPECT_FALSE(HitFile("7 write(12</ledger/log/000023.log>, \"\"..., 8) = 8\n"));
  EXPECT_FALSE(HitFile(kWakeUpFails));
  EXPECT_FALSE(HitFile(kReadyLineFails));
  EXPECT_FALSE(HitFile(kLogLineFails));
}

TEST_F(RecordTest, AWordThatIsLostIsKnownFromOneThatIsOnlyLogged) {
  EXPECT_TRUE(HitTheWord(kWakeUpFails));
  EXPECT_TRUE(HitTheWord(kReadyLineFails));
  EXPECT_FALSE(HitTheWord(kLogLineFails));
  EXPECT_FALSE(HitTheWord(kFileFails));
  EXPECT_FALSE(HitTheWord("7 write(22<anon_inode:[eventfd]>, \"\"..., 8) = 8\n"));
}

TEST_F(RecordTest, ACallThatAnotherThreadsCutInTwoIsOne) {
  const std::string cut =
      "7 write(12</ledger/log/000023.log>, \"\"..., 8 <unfinished ...>\n"
      "8 write(22<anon_inode:[eventfd]>, \"\"..., 8 <unfinished ...>\n";
  const std::string file_fails = cut +
                                 "7 <... write resumed>) = -1 EIO (INJECTED)\n"
                                 "8 <... write resumed>) = 8\n";
  EXPECT_TRUE(HitFile(file_fails));
  EXPECT_FALSE(HitTheWord(file_fails));
  EXPECT_THAT(CallsIn(Record(file_fails), kLedger), ElementsAre(Pair("write", ElementsAre(1))));
  const std::string wake_up_fails = cut +
                                    "8 <... write resumed>) = -1 EIO (INJECTED)\n"
                                    "7 <... write resumed>) = 8\n";
  EXPECT_FALSE(HitFile(wake_up_fails));
  EXPECT_TRUE(HitTheWord(wake_up_fails));
}

TEST_F(RecordTest, ACallThatNeverCameBackCounts) {
  EXPECT_THAT(CallsIn(Record("7 fsync(12</ledger/log/000023.log> <unfinished ...>\n"), kLedger),
              ElementsAre(Pair("fsync", ElementsAre(1))));
}

}  // namespace
}  // namespace wallet::crash
