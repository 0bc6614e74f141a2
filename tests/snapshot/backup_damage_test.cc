// Every damage to a backup set is found, and nothing damaged is restored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>

#include "snapshot/format.h"
#include "snapshot/limits.h"
#include "tests/snapshot/backup_fixture.h"
#include "tests/support/forwarding_files.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;

class BackupDamageTest : public ::testing::Test {
 protected:
  BackupDamageTest() { EXPECT_TRUE(disk_.Create("/backups/1").ok()); }

  // With the bytes in place of the file's; the file is as before afterwards.
  void ExpectFound(const std::string& path, const std::string& bad, const std::string& what) {
    const std::string good = files_.Get(path);
    files_.Put(path, bad);
    for (const absl::Status& status :
         {disk_.Verify("/backups/1"), disk_.Restore("/backups/1", "/restored")}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << path << ": " << what;
      EXPECT_THAT(std::string(status.message()), HasSubstr(path)) << what;
      EXPECT_THAT(std::string(status.message()), HasSubstr("Use another backup set.")) << what;
    }
    EXPECT_FALSE(files_.Has("/restored") || files_.Has("/restored.tmp")) << path << ": " << what;
    files_.Put(path, good);
  }
  void ExpectAllFound(const std::string& path) {
    const std::string good = files_.Get(path);
    for (size_t bit = 0; bit < good.size() * 8; ++bit) {
      std::string bad = good;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
      ExpectFound(path, bad, "bit " + std::to_string(bit));
    }
    for (size_t size = 0; size < good.size(); ++size) {
      ExpectFound(path, good.substr(0, size), "size " + std::to_string(size));
    }
    ExpectFound(path, good + '\0', "a zero more");
    ExpectFound(path, good + good + "x", "itself once more");
  }

  BackupDisk disk_;
  MemoryFiles& files_ = disk_.files;
};

TEST_F(BackupDamageTest, EveryDamageToTheManifestIsFound) { ExpectAllFound("/backups/1/MANIFEST"); }

TEST_F(BackupDamageTest, EveryDamageToAFileIsFound) {
  for (const auto& [name, bytes] : BackupContents()) ExpectAllFound("/backups/1/files/" + name);
}

TEST_F(BackupDamageTest, AMissingFileIsFound) {
  ASSERT_TRUE(files_.Remove("/backups/1/files/index/deep/empty").ok());
  EXPECT_EQ(disk_.Verify("/backups/1").code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(disk_.Restore("/backups/1", "/restored").code(), absl::StatusCode::kDataLoss);
  EXPECT_FALSE(files_.Has("/restored"));
}

TEST_F(BackupDamageTest, WithoutAManifestItIsNoSet) {
  ASSERT_TRUE(files_.Remove("/backups/1/MANIFEST").ok());
  EXPECT_EQ(disk_.Verify("/backups/1").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(disk_.Verify("/backups/2").code(), absl::StatusCode::kNotFound);
}

TEST_F(BackupDamageTest, ANewerOneIsRefusedNamingBoth) {
  FileFormat newer = kBackupFormat;
  newer.version = 3;
  files_.Put("/backups/1/MANIFEST", EncodePreamble(newer) + "anything");
  const absl::Status status = disk_.Verify("/backups/1");
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()), HasSubstr("version 3"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("up to 1"));
}

// Checksums in order, contents not: by no writer of ours.
class ForgedManifestTest : public BackupDamageTest {
 protected:
  absl::Status Forged(const std::string& body) {
    const std::string bytes = EncodePreamble(kBackupFormat) + body;
    return DecodeBackupManifest(bytes + std::string(AsBytes(Sha256Of({bytes}))), "p").status();
  }
  static std::string File(std::string_view name, uint8_t kind = 0) {
    std::string bytes(1, static_cast<char>(kind));
    PutBytes(bytes, name);
    PutVarint(bytes, 0);
    return bytes + std::string(32, 'h');
  }
  static std::string Body(uint64_t count, const std::string& files) {
    std::string bytes;
    PutBytes(bytes, "");
    PutVarint(bytes, count);
    return bytes + files;
  }
};

TEST_F(ForgedManifestTest, NamesThatLeaveTheTargetAreRefused) {
  EXPECT_EQ(Forged(Body(1, File("a"))), absl::OkStatus());
  for (const std::string& name :
       {std::string("../a"), std::string("/etc/passwd"), std::string("a/../../b"), std::string(),
        std::string("."), std::string("a/"), std::string("a//b"), std::string("a\n"),
        std::string("a\x7f"), std::string(kMaxBackupNameBytes + 1, 'n')}) {
    EXPECT_EQ(Forged(Body(1, File(name))).code(), absl::StatusCode::kDataLoss) << name;
  }
  EXPECT_EQ(Forged(Body(2, File("a") + File("a"))).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Forged(Body(2, File("b") + File("a"))).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Forged(Body(2, File("a") + File("a/b"))).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Forged(Body(1, File("a", 2))).code(), absl::StatusCode::kDataLoss);
}

TEST_F(ForgedManifestTest, CountsThatDoNotFitAreRefused) {
  EXPECT_EQ(Forged(Body(UINT64_MAX, File("a"))).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Forged(Body(2, File("a"))).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Forged(Body(0, File("a"))).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Forged("").code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Forged(Body(kMaxBackupFiles + 1, File("a"))).code(), absl::StatusCode::kDataLoss);
  std::string metadata;
  PutBytes(metadata, std::string(kMaxMetadataBytes + 1, 'm'));
  PutVarint(metadata, 0);
  EXPECT_EQ(Forged(metadata).code(), absl::StatusCode::kDataLoss);
}

TEST_F(ForgedManifestTest, AFileThatEndsEarlyIsRefused) {
  std::string name(1, '\0');
  PutVarint(name, 100);  // the length of a name that is not there
  const std::string rest(34, 'r');
  EXPECT_EQ(Forged(Body(1, name + rest)).code(), absl::StatusCode::kDataLoss);
}

// Whoever fills the disk with zeros at MANIFEST is not believed to have meant them.
TEST_F(BackupDamageTest, AManifestLongerThanAnyIsNotRead) {
  class Long : public ForwardingFiles {
   public:
    using ForwardingFiles::ForwardingFiles;
    absl::StatusOr<std::unique_ptr<RandomAccessFile>> OpenRead(const std::string& path) override {
      struct File : RandomAccessFile {
        absl::StatusOr<uint64_t> Size() override { return kMaxBackupManifestBytes + 1; }
        absl::StatusOr<size_t> ReadAt(uint64_t, std::span<char>) override { return 0; }
      };
      if (path == "/backups/1/MANIFEST") return std::make_unique<File>();
      return ForwardingFiles::OpenRead(path);
    }
  };
  Long files(files_);
  const absl::Status status = ReadBackupManifest(files, "/backups/1").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("it is longer than any can be"));
}

}  // namespace
}  // namespace wallet
