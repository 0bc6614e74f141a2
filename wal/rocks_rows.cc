#include "wal/rocks_rows.h"

#include <rocksdb/env.h>
#include <rocksdb/sst_file_manager.h>
#include <rocksdb/table.h>

#include <cstring>

#include "wal/base/coding.h"
#include "wal/base/mutant.h"
#include "wal/rocks_files.h"

namespace wallet {
namespace {

constexpr char kMetaFamily[] = "meta";
constexpr size_t kMemtableBytes = 64 << 20;

// What is trimmed is given back to the disk so much at a time, and no faster: the next sync waits
// until the disk has taken it (wal/base/posix_file.cc).
constexpr uint64_t kFreeStepBytes = 8 << 20;
constexpr int64_t kFreeBytesPerSecond = 400 << 20;
// Of the log's own size, which may wait to be freed: as much as there is.
constexpr double kMostWaiting = 1e6;

std::shared_ptr<rocksdb::SstFileManager> FilesFreedInSteps() {
  return std::shared_ptr<rocksdb::SstFileManager>(rocksdb::NewSstFileManager(
      rocksdb::Env::Default(), /*info_log=*/nullptr, /*trash_dir=*/"", kFreeBytesPerSecond,
      /*delete_existing_trash=*/true, /*status=*/nullptr, kMostWaiting, kFreeStepBytes));
}

}  // namespace

// Big-endian, so that RocksDB's byte order is the order of positions.
std::string KeyOf(Position first) {
  std::string key(sizeof(uint64_t), '\0');
  const uint64_t big_endian = __builtin_bswap64(first.value());
  std::memcpy(key.data(), &big_endian, sizeof(big_endian));
  return key;
}

absl::StatusOr<Position> PositionOf(const rocksdb::Slice& key) {
  if (key.size() != sizeof(uint64_t)) {
    return absl::DataLossError("the log holds a row that is no record");
  }
  uint64_t big_endian = 0;
  std::memcpy(&big_endian, key.data(), sizeof(big_endian));
  return Position(__builtin_bswap64(big_endian));
}

absl::Status FromRocks(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const std::string text = status.ToString();
  if (status.IsNoSpace()) return absl::ResourceExhaustedError(text);
  if (status.IsBusy()) return absl::UnavailableError(text);
  // The disk has refused; nothing says that what is on it is wrong.
  if (status.IsIOError() && !status.IsPathNotFound()) return absl::InternalError(text);
  return absl::DataLossError(text);
}

rocksdb::ColumnFamilyOptions LogFamilyOptions() {
  rocksdb::ColumnFamilyOptions options;
  // Keys only rise, so level compaction moves files down without rewriting them.
  options.compaction_style = rocksdb::kCompactionStyleLevel;
  options.compression = rocksdb::kNoCompression;
  options.write_buffer_size = kMemtableBytes;
  rocksdb::BlockBasedTableOptions table;
  table.no_block_cache = true;  // the log is read once, at start
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::DBOptions LogDatabaseOptions() {
  rocksdb::DBOptions options;
  options.env = LogFiles();
  // The default mode drops everything behind a damaged byte without a word.
  options.wal_recovery_mode = WALLET_MUTANT("damaged_tail_dropped")
                                  ? rocksdb::WALRecoveryMode::kPointInTimeRecovery
                                  : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  options.paranoid_checks = true;
  // After a failed write nothing may be written again (log.h).
  options.max_bgerror_resume_count = 0;
  options.keep_log_file_num = 4;
  options.sst_file_manager = FilesFreedInSteps();
  options.max_open_files = 256;
  options.info_log_level = rocksdb::WARN_LEVEL;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> LogFamilies() {
  return {{rocksdb::kDefaultColumnFamilyName, LogFamilyOptions()},
          {kMetaFamily, LogFamilyOptions()}};
}

std::string EncodeLink(const RecordLink& link) {
  std::string bytes;
  PutFixed<uint64_t>(bytes, link.first.value());
  bytes.append(AsBytes(link.previous));
  return bytes;
}

}  // namespace wallet
