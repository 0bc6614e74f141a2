#include "wal/rocks_log_copy.h"

#include <rocksdb/db.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "wal/mark.h"
#include "wal/rocks_rows.h"

namespace wallet {

struct RocksLogCopy::Impl {
  absl::Status Open(const RecordLink& first);
  absl::Status Close();

  FileSystem& files;
  const RocksLogOptions options;
  RecordLink next;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<std::unique_ptr<rocksdb::ColumnFamilyHandle>> families;

  ~Impl() {
    families.clear();
    db.reset();
  }
};

absl::Status RocksLogCopy::Impl::Open(const RecordLink& first) {
  rocksdb::DBOptions database = LogDatabaseOptions();
  database.create_if_missing = true;
  database.create_missing_column_families = true;
  database.error_if_exists = true;
  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const rocksdb::Status status =
      rocksdb::DB::Open(database, options.directory, LogFamilies(), &handles, &opened);
  if (!status.ok()) return FromRocks(status);
  db.reset(opened);
  for (auto* handle : handles) families.emplace_back(handle);
  next = first;
  return FromRocks(
      db->Put(rocksdb::WriteOptions(), families[1].get(), kBeginKey, EncodeLink(first)));
}

// Into files of their own: what was not synced so far is then, whatever RocksDB's log holds.
absl::Status RocksLogCopy::Impl::Close() {
  for (const auto& family : families) {
    const rocksdb::Status status = db->Flush(rocksdb::FlushOptions(), family.get());
    if (!status.ok()) return FromRocks(status);
  }
  families.clear();
  const rocksdb::Status status = db->Close();
  db.reset();
  return FromRocks(status);
}

absl::StatusOr<std::unique_ptr<RocksLogCopy>> RocksLogCopy::Create(FileSystem& files,
                                                                   const RocksLogOptions& options,
                                                                   const RecordLink& first) {
  std::unique_ptr<Impl> impl(new Impl{.files = files, .options = options});
  // By RocksDB, a directory that can't be made would be called one that is not there.
  absl::Status status = files.CreateDirectory(options.directory);
  if (status.ok()) status = impl->Open(first);
  if (!status.ok()) return status;
  return std::unique_ptr<RocksLogCopy>(new RocksLogCopy(std::move(impl)));
}

RocksLogCopy::RocksLogCopy(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RocksLogCopy::~RocksLogCopy() = default;

Position RocksLogCopy::end() const { return Position(impl_->next.first.value() - 1); }
const Sha256& RocksLogCopy::end_hash() const { return impl_->next.previous; }

absl::Status RocksLogCopy::Add(const RecordView& record) {
  const auto checked = DecodeRecord(record.bytes, impl_->next.first, impl_->next.previous);
  if (!checked.ok()) return checked.status();
  // Not synced: all of it is thrown away if the copy does not come to its end.
  const rocksdb::Status status =
      impl_->db->Put(rocksdb::WriteOptions(), KeyOf(checked->first),
                     rocksdb::Slice(record.bytes.data(), record.bytes.size()));
  if (!status.ok()) return FromRocks(status);
  impl_->next = {Position(checked->last().value() + 1), checked->hash};
  return absl::OkStatus();
}

absl::Status RocksLogCopy::Finish() {
  if (absl::Status status = impl_->Close(); !status.ok()) return status;
  return Mark::Create(impl_->files, impl_->options.mark, {end(), end_hash()});
}

}  // namespace wallet
