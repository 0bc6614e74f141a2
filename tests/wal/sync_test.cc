// Whether what must be on the disk was synced, seen where the system is asked for it. Nothing else
// shows a sync that was left out, short of pulling the plug.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "tests/wal/rocks_fixture.h"
#include "wal/base/file.h"

namespace {

std::atomic<int> syncs{0};

int Counted(long call, int fd) {
  ++syncs;
  return static_cast<int>(syscall(call, fd));
}

}  // namespace

// These take the place of the C library's, for the shared libraries too.
extern "C" int fsync(int fd) { return Counted(SYS_fsync, fd); }
extern "C" int fdatasync(int fd) { return Counted(SYS_fdatasync, fd); }

namespace wallet {
namespace {

// How many files and directories `work` had synced.
template <class Work>
int SyncsOf(Work work) {
  const int before = syncs;
  work();
  return syncs - before;
}

TEST(SyncTest, AnAppendIsSyncedBeforeItIsAcknowledged) {
  testing::RocksFixture fixture;
  ASSERT_TRUE(fixture.Create(fixture.path()).ok());
  const auto log = fixture.Open(fixture.path());
  ASSERT_TRUE(log.ok()) << log.status();
  for (int i = 0; i < 3; ++i) {
    const std::string_view parts[] = {"payload"};
    const int before = syncs;
    int at_done = before;
    (*log)->Append((*log)->end(), 1, parts, [&](const absl::Status& status) {
      EXPECT_TRUE(status.ok());
      at_done = syncs;
    });
    EXPECT_GT(at_done, before);
  }
}

class SyncFilesTest : public ::testing::Test {
 protected:
  std::string path() const { return temporary_.path() + "/file"; }
  std::string directory() const { return temporary_.path(); }

  TempDir temporary_;
  FileSystem& files_ = PosixFileSystem();
};

TEST_F(SyncFilesTest, SyncAsksTheSystem) {
  const auto file = files_.CreateNew(path());
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->Append("bytes").ok());
  EXPECT_EQ(SyncsOf([&] { EXPECT_TRUE((*file)->Sync().ok()); }), 1);
  EXPECT_EQ(SyncsOf([&] { EXPECT_TRUE(files_.SyncDirectory(directory()).ok()); }), 1);
}

TEST_F(SyncFilesTest, ABulkFileAsksTheSystemToo) {
  const auto file = files_.CreateBulk(path());
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->Append(std::string(1 << 20, 'b')).ok());
  EXPECT_EQ(SyncsOf([&] { EXPECT_TRUE((*file)->Sync().ok()); }), 1);
}

TEST_F(SyncFilesTest, AFileThatIsReplacedIsSyncedAndSoIsItsName) {
  EXPECT_EQ(SyncsOf([&] { EXPECT_TRUE(files_.WriteFileAtomically(path(), "bytes").ok()); }), 2);
}

}  // namespace
}  // namespace wallet
