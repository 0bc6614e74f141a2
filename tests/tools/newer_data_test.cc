// Every stored format and the wire: what a newer program wrote is refused, naming its version and
// ours, by the server (exit code 4) and by `walletctl verify`; never read as if it were ours, and
// never called damaged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "absl/strings/str_cat.h"
#include "engine/bank/sim_book.h"
#include "net/session_hello.h"
#include "snapshot/backup_set.h"
#include "snapshot/catalog.h"
#include "snapshot/snapshot_reader.h"
#include "snapshot/snapshot_writer.h"
#include "tests/engine/verify/stored_ledger.h"
#include "tests/support/process.h"
#include "wal/archive/archive_reader.h"
#include "wal/base/coding.h"
#include "wal/base/hash.h"
#include "wal/runs/run_manifest.h"

namespace wallet {
namespace {

namespace fs = std::filesystem;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Sentences;
using testing::StoredLedger;

constexpr int kWalletdData = 4;  // its exit code for data that is not to be touched
// Both numbers, however a format says it.
std::string BothVersions(int newer) {
  return absl::StrCat("version ", newer, ".*versions? (up to |1 to )?", newer - 1);
}

FileSystem& Files() { return PosixFileSystem(); }

void Put(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// The version of a file that begins as wal/base/file_format.h says, its checksum put right.
void BumpPreamble(const std::string& path) {
  std::string bytes = ReadWholeFile(path);
  bytes[8] = 2;
  std::string checksum;
  PutFixed<uint64_t>(checksum, Xxh3(std::string_view(bytes).substr(0, 16)));
  bytes.replace(16, checksum.size(), checksum);
  Put(path, bytes);
}

void BumpLedger(StoredLedger& stored) {
  std::string text = ReadWholeFile(stored.path("LEDGER"));
  text = text.substr(0, text.rfind("checksum "));
  text.replace(text.find(" 1\n"), 3, " 3\n");
  Put(stored.path("LEDGER"),
      absl::StrCat(text, "checksum ", absl::Hex(Xxh3(text), absl::kZeroPad16), "\n"));
}

void BumpMark(StoredLedger& stored) {
  std::string bytes = ReadWholeFile(stored.path("MARK"));
  for (const size_t slot : {0, 4096}) bytes.replace(slot, 8, "WALMARK2");
  Put(stored.path("MARK"), bytes);
}

void WithDatabase(StoredLedger& stored,
                  const std::function<void(rocksdb::DB&, rocksdb::ColumnFamilyHandle* records,
                                           rocksdb::ColumnFamilyHandle* meta)>& change) {
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  ASSERT_TRUE(rocksdb::DB::Open(rocksdb::Options(), stored.path("log"),
                                {{rocksdb::kDefaultColumnFamilyName, {}}, {"meta", {}}}, &handles,
                                &db)
                  .ok());
  change(*db, handles[0], handles[1]);
  for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
  delete db;
}

void BumpLog(StoredLedger& stored) {
  WithDatabase(stored, [](rocksdb::DB& db, auto*, auto* meta) {
    ASSERT_TRUE(db.Put({}, meta, "version", std::string("\2\0\0\0", 4)).ok());
  });
}

void BumpRecord(StoredLedger& stored) {
  WithDatabase(stored, [](rocksdb::DB& db, auto* records, auto*) {
    const std::unique_ptr<rocksdb::Iterator> last(db.NewIterator({}, records));
    last->SeekToLast();
    std::string record = last->value().ToString();
    record[0] = 2;
    ASSERT_TRUE(db.Put({}, records, last->key(), record).ok());
  });
}

void BumpPayload(StoredLedger& stored) { stored.LogRecord("\2something new"); }

// Writes the snapshot again, with other metadata and sections.
void RewriteSnapshot(StoredLedger& stored, const std::function<void(std::string&)>& metadata,
                     const std::function<void(std::string&)>& section) {
  const auto file = SnapshotCatalog(Files(), stored.path("snapshots")).List()->back();
  std::string said, bytes, name;
  {
    const auto reader = SnapshotReader::Open(Files(), file.path);
    said = (*reader)->metadata();
    name = (*reader)->sections().at(0).name;
    ASSERT_TRUE((*reader)
                    ->ReadSection(name,
                                  [&](std::string_view slice) {
                                    bytes.append(slice);
                                    return absl::OkStatus();
                                  })
                    .ok());
  }
  metadata(said);
  section(bytes);
  fs::remove(file.path);
  const auto writer = SnapshotWriter::Create(Files(), file.path, {});
  ASSERT_TRUE((*writer)->Append((*writer)->AddSection(name), bytes).ok());
  ASSERT_TRUE((*writer)->Commit(said).ok());
}

void Bump(std::string& bytes) { bytes[0] = 2; }
void Leave(std::string&) {}

std::string FirstFile(StoredLedger& stored, std::string_view prefix) {
  for (const std::string& file : stored.Files()) {
    if (file.starts_with(prefix)) return stored.path(file);
  }
  return "";
}

void BumpIndexMetadata(StoredLedger& stored) {
  const std::string path = stored.path("index/MANIFEST");
  auto manifest = DecodeRunManifest(ReadWholeFile(path), path);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  Bump(manifest->metadata);
  Put(path, EncodeRunManifest(*manifest));
}

void BumpBook(StoredLedger& stored) {
  std::string title(kBookTitle);
  title.back() = '2';
  Put(stored.path("bank-sim.book"), title + "\n");
}

struct StoredFormat {
  std::string name;
  std::function<void(StoredLedger&)> bump;
  bool walletd = true;  // whether a start reads it
  bool verify = true;   // whether `walletctl verify` does
  int version = 2;      // what it is bumped to, the first that this program does not read
};

std::vector<StoredFormat> Formats() {
  return {
      {.name = "Ledger", .bump = BumpLedger, .version = 3},
      {"Mark", BumpMark},
      {"Log", BumpLog},
      {"LogRecord", BumpRecord},
      {"LogPayload", BumpPayload},
      {"Snapshot",
       [](StoredLedger& stored) { BumpPreamble(FirstFile(stored, "snapshots/snapshot-")); }},
      {"SnapshotMetadata", [](StoredLedger& stored) { RewriteSnapshot(stored, Bump, Leave); }},
      {"SnapshotSection", [](StoredLedger& stored) { RewriteSnapshot(stored, Leave, Bump); }},
      {"IndexManifest", [](StoredLedger& stored) { BumpPreamble(stored.path("index/MANIFEST")); }},
      {"IndexMetadata", BumpIndexMetadata},
      {"IndexRun",
       [](StoredLedger& stored) { BumpPreamble(FirstFile(stored, "index/transactions-")); }},
      {"BankBook", BumpBook, true, false},
  };
}

class NewerDataTest : public ::testing::TestWithParam<StoredFormat> {
 protected:
  NewerDataTest() {
    stored_.Live(40);
    stored_.Log();
    stored_.Snapshot(stored_.end());
    stored_.Index(stored_.end());
    Put(stored_.path("bank-sim.book"), absl::StrCat(std::string(kBookTitle), "\n"));
  }

  StoredLedger stored_;
};

TEST_P(NewerDataTest, IsRefusedByTheServerAndByVerifyWithBothVersions) {
  GetParam().bump(stored_);
  if (GetParam().walletd) {
    const Finished served = RunToEnd({WALLETD_PATH, "--data-dir", stored_.path(), "--http",
                                      "127.0.0.1:0", "--listen", "127.0.0.1:0", "--accept-clock"});
    EXPECT_EQ(served.code, kWalletdData) << served.error;
    EXPECT_THAT(served.error, ContainsRegex(BothVersions(GetParam().version)));
    EXPECT_THAT(served.error, Not(HasSubstr("damaged")));
  }
  if (GetParam().verify) {
    const VerifyReport report = stored_.Verify();
    EXPECT_FALSE(report.clean());
    EXPECT_THAT(Sentences(report), ContainsRegex(BothVersions(GetParam().version)));
    EXPECT_THAT(Sentences(report), Not(HasSubstr("damaged")));
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, NewerDataTest, ::testing::ValuesIn(Formats()),
                         [](const auto& info) { return info.param.name; });

TEST(NewerTest, OfTheArchiveIsRefusedWithBothVersions) {
  StoredLedger stored;
  stored.Live(40);
  stored.Log();
  stored.Archive(stored.end());
  for (const auto& entry : fs::directory_iterator(stored.archive_path())) {
    if (entry.path().filename().string().starts_with("segment-")) BumpPreamble(entry.path());
  }
  const absl::Status status = ArchiveReader::Open(Files(), stored.archive_path()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()), ContainsRegex(BothVersions(2)));
}

TEST(NewerTest, OfABackupSetIsRefusedWithBothVersions) {
  StoredLedger stored;
  const std::string set = stored.path("set");
  const auto made = CreateBackupSet(
      Files(), set, {{.name = "LEDGER", .path = stored.path("LEDGER")}}, "metadata");
  ASSERT_TRUE(made.ok()) << made.status();
  BumpPreamble(set + "/MANIFEST");
  const absl::Status status = VerifyBackupSet(Files(), set).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()), ContainsRegex(BothVersions(2)));
}

TEST(NewerTest, OnTheWireIsRefusedWithBothVersions) {
  v1::Hello hello;
  hello.set_min_version(2);
  hello.set_max_version(3);
  const auto refusal = AnswerHello(hello.SerializeAsString(), {});
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->error().message(),
            "this server speaks protocol version 1, the client versions 2 to 3: use programs of "
            "the same version");
}

}  // namespace
}  // namespace wallet
