#include "wal/rocks_log.h"

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "wal/base/absl_view.h"
#include "wal/base/coding.h"
#include "wal/base/mutant.h"
#include "wal/mark.h"
#include "wal/record.h"
#include "wal/rocks_log_copy.h"
#include "wal/rocks_rows.h"

namespace wallet {
namespace {

// Written by the first version that writes something else than wal/FORMAT.md says.
constexpr char kVersionKey[] = "version";
constexpr uint32_t kLogVersion = 1;
constexpr size_t kReadAheadBytes = 4 << 20;

enum class Access : uint8_t { kRead, kWrite };

absl::Status OnlyRead() {
  return absl::FailedPreconditionError("the log was opened to be read alone");
}

absl::Status Damaged(const RocksLogOptions& options, std::string_view what) {
  return absl::DataLossError(absl::StrCat(
      "the log in ", options.directory, " is damaged: ", ToAbsl(what),
      ". Nothing was changed. Keep the directory as it is and restore a backup into a new one."));
}

// About a record; one of a newer program is none that is damaged.
absl::Status Refused(const RocksLogOptions& options, const absl::Status& status) {
  if (!absl::IsUnimplemented(status)) return Damaged(options, ToStd(status.message()));
  return absl::UnimplementedError(
      absl::StrCat("the log in ", options.directory, ": ", status.message()));
}

}  // namespace

struct RocksLog::Impl {
  absl::Status OpenAndCheck(Access access);
  absl::Status OpenDatabase(Access access);
  absl::Status CheckVersion() const;
  absl::Status LoadBegin();
  absl::Status LoadEnd();
  absl::Status CheckMark() const;
  absl::Status CheckAgainstMark(const RecordView& record) const;
  // What a read goes by.
  struct Moment {
    Position end;
    RecordLink kept_from;
    std::unique_ptr<rocksdb::Iterator> rows;  // as they were, whatever happened to them since
  };
  Moment Now();
  static absl::StatusOr<RecordLink> Seek(Moment& moment, Position after);
  absl::Status Write(Position first, const std::string& record);
  static void SyncLater(std::shared_ptr<Mark> mark, Executor& executor, int64_t delay_us);

  RocksLogOptions options;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<std::unique_ptr<rocksdb::ColumnFamilyHandle>> families;
  std::shared_ptr<Mark> mark;
  Mark::Value opened_mark;  // as found at open: what was acknowledged before
  std::mutex kept_from_mutex;
  RecordLink kept_from;  // the first record kept, and the hash it carries; only Trim changes it
  Sha256 last_hash{};
  std::atomic<uint64_t> begin{0};
  std::atomic<uint64_t> end{0};
  bool failed = false;
  bool at_rest = false;

  ~Impl() {
    families.clear();
    db.reset();
  }
};

namespace {

// Removes a log that never held a record: one whose making was interrupted.
absl::Status RemoveUnfinished(FileSystem& files, const RocksLogOptions& options) {
  const auto marked = files.Exists(options.mark);
  if (!marked.ok()) return marked.status();
  if (*marked) {
    const auto mark = Mark::Open(files, options.mark);
    if (!mark.ok()) return mark.status();
    if ((*mark)->Load().position > Position(0)) {
      return Damaged(options, "writes to it were acknowledged, but what its ledger is, is missing");
    }
  }
  const auto exists = files.Exists(options.directory);
  if (!exists.ok() || !*exists) return exists.status();
  const auto started = files.Exists(options.directory + "/CURRENT");
  if (!started.ok()) return started.status();
  if (*started) {
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(
        rocksdb::Options(LogDatabaseOptions(), LogFamilyOptions()), options.directory, &db);
    if (!status.ok()) return Damaged(options, "it can't be opened (" + status.ToString() + ")");
    const std::unique_ptr<rocksdb::DB> owned(db);
    const std::unique_ptr<rocksdb::Iterator> rows(db->NewIterator(rocksdb::ReadOptions()));
    rows->SeekToFirst();
    if (rows->Valid() || !rows->status().ok()) {
      return Damaged(options, "it holds records, but what its ledger is, is missing");
    }
  }
  return FromRocks(rocksdb::DestroyDB(options.directory, rocksdb::Options(), LogFamilies()));
}

}  // namespace

absl::Status RocksLog::Create(FileSystem& files, const RocksLogOptions& options) {
  return Create(files, options, {Position(1), GenesisHash(options.chain_seed)});
}

absl::Status RocksLog::Create(FileSystem& files, const RocksLogOptions& options,
                              const RecordLink& first) {
  if (absl::Status status = RemoveUnfinished(files, options); !status.ok()) return status;
  auto log = RocksLogCopy::Create(files, options, first);
  return log.ok() ? (*log)->Finish() : log.status();
}

// Opened without writing: RocksDB tidies up when it opens for writing, and a log that is refused
// must stay as it was found.
absl::StatusOr<std::unique_ptr<RocksLog::Impl>> RocksLog::Prepare(FileSystem& files,
                                                                  const RocksLogOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  auto mark = Mark::Open(files, options.mark);
  if (!mark.ok()) return mark.status();
  impl->mark = *std::move(mark);
  impl->opened_mark = impl->mark->Load();
  if (absl::Status status = impl->OpenAndCheck(Access::kRead); !status.ok()) return status;
  return impl;
}

absl::StatusOr<std::unique_ptr<RocksLog>> RocksLog::OpenAtRest(FileSystem& files,
                                                               const RocksLogOptions& options) {
  auto impl = Prepare(files, options);
  if (!impl.ok()) return impl.status();
  (*impl)->at_rest = true;
  return std::unique_ptr<RocksLog>(new RocksLog(*std::move(impl)));
}

absl::StatusOr<std::unique_ptr<RocksLog>> RocksLog::Open(FileSystem& files,
                                                         const RocksLogOptions& options,
                                                         Executor& executor) {
  auto prepared = Prepare(files, options);
  if (!prepared.ok()) return prepared.status();
  auto impl = *std::move(prepared);
  if (absl::Status status = impl->OpenAndCheck(Access::kWrite); !status.ok()) return status;
  // What was recovered beyond the mark will be answered from: it must not get lost unnoticed
  // either.
  impl->mark->Store({Position(impl->end.load()), impl->last_hash});
  Impl::SyncLater(impl->mark, executor, options.mark_sync_us);
  return std::unique_ptr<RocksLog>(new RocksLog(std::move(impl)));
}

RocksLog::RocksLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RocksLog::~RocksLog() = default;

Position RocksLog::end() const { return Position(impl_->end.load(std::memory_order_acquire)); }
Position RocksLog::begin() const { return Position(impl_->begin.load(std::memory_order_acquire)); }
Sha256 RocksLog::end_hash() const { return impl_->last_hash; }
absl::Status RocksLog::SyncMark() { return impl_->mark->Sync(); }

void RocksLog::Impl::SyncLater(std::shared_ptr<Mark> mark, Executor& executor, int64_t delay_us) {
  executor.PostAfter(delay_us, [mark, &executor, delay_us] {
    // A failure here only widens what a loss of power can hide; the log's own sync decides.
    mark->Sync().IgnoreError();
    SyncLater(mark, executor, delay_us);
  });
}

absl::Status RocksLog::Impl::OpenAndCheck(Access access) {
  families.clear();
  db.reset();
  if (absl::Status status = OpenDatabase(access); !status.ok()) return status;
  if (absl::Status status = CheckVersion(); !status.ok()) return status;
  for (const auto step : {&Impl::LoadBegin, &Impl::LoadEnd}) {
    if (absl::Status status = (this->*step)(); !status.ok()) return status;
  }
  return CheckMark();
}

absl::Status RocksLog::Impl::OpenDatabase(Access access) {
  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const rocksdb::Status status =
      access == Access::kRead
          ? rocksdb::DB::OpenForReadOnly(LogDatabaseOptions(), options.directory, LogFamilies(),
                                         &handles, &opened)
          : rocksdb::DB::Open(LogDatabaseOptions(), options.directory, LogFamilies(), &handles,
                              &opened);
  const absl::Status plain = FromRocks(status);
  if (!plain.ok() && !absl::IsDataLoss(plain)) return plain;
  if (!status.ok()) {
    return Damaged(options, absl::StrCat("it can't be opened (", status.ToString(), ")"));
  }
  db.reset(opened);
  for (auto* handle : handles) families.emplace_back(handle);
  return absl::OkStatus();
}

absl::Status RocksLog::Impl::CheckVersion() const {
  std::string bytes;
  const rocksdb::Status status =
      db->Get(rocksdb::ReadOptions(), families[1].get(), kVersionKey, &bytes);
  if (status.IsNotFound()) return absl::OkStatus();
  Reader reader(bytes);
  const auto version = reader.Fixed<uint32_t>();
  if (!status.ok() || !reader.ok()) {
    return Damaged(options, "its version can't be read (" + status.ToString() + ")");
  }
  if (version <= kLogVersion) return absl::OkStatus();
  return absl::UnimplementedError(
      absl::StrCat("the log in ", options.directory, " has format version ", version,
                   "; this program reads versions up to ", kLogVersion, ". Use a newer one."));
}

absl::Status RocksLog::Impl::LoadBegin() {
  std::string bytes;
  const rocksdb::Status status =
      db->Get(rocksdb::ReadOptions(), families[1].get(), kBeginKey, &bytes);
  Reader reader(bytes);
  kept_from.first = Position(reader.Fixed<uint64_t>());
  const std::string_view hash = reader.Raw(kept_from.previous.size());
  if (!status.ok() || !reader.AtEnd() || kept_from.first == Position(0)) {
    return Damaged(options, "it does not say where it begins (" + status.ToString() + ")");
  }
  std::memcpy(kept_from.previous.data(), hash.data(), hash.size());
  if (kept_from.first == Position(1) && kept_from.previous != GenesisHash(options.chain_seed)) {
    return Damaged(options, "it belongs to another ledger (its chain starts from another seed)");
  }
  begin.store(kept_from.first.value() - 1);
  return absl::OkStatus();
}

absl::Status RocksLog::Impl::LoadEnd() {
  end.store(begin.load());
  last_hash = kept_from.previous;
  const std::unique_ptr<rocksdb::Iterator> last(db->NewIterator(rocksdb::ReadOptions()));
  last->SeekToLast();
  if (!last->Valid()) {
    return last->status().ok() ? absl::OkStatus() : Damaged(options, last->status().ToString());
  }
  const auto first = PositionOf(last->key());
  if (!first.ok()) return Damaged(options, ToStd(first.status().message()));
  const auto link = LinkOf(ToView(last->value()));
  if (!link.ok()) return Damaged(options, ToStd(link.status().message()));
  const auto record = DecodeRecord(ToView(last->value()), *first, link->previous);
  if (!record.ok()) return Refused(options, record.status());
  if (record->last().value() < begin.load()) return absl::OkStatus();  // a trim kept old rows
  end.store(record->last().value());
  last_hash = record->hash;
  return absl::OkStatus();
}

absl::Status RocksLog::Impl::CheckMark() const {
  if (end.load() >= opened_mark.position.value() || WALLET_MUTANT("mark_ignored"))
    return absl::OkStatus();
  return Damaged(options,
                 absl::StrCat("it ends at position ", end.load(), ", but writes up to position ",
                              opened_mark.position.value(), " were acknowledged (", options.mark,
                              "): acknowledged writes are missing"));
}

absl::Status RocksLog::Impl::CheckAgainstMark(const RecordView& record) const {
  const Position marked = opened_mark.position;
  if (record.last() < marked || record.first > marked || record.hash == opened_mark.hash ||
      WALLET_MUTANT("marked_hash_ignored")) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrCat("the record that ends at position ",
                                          record.last().value(),
                                          " is not the one that was acknowledged"));
}

RocksLog::Impl::Moment RocksLog::Impl::Now() {
  rocksdb::ReadOptions read;
  read.verify_checksums = true;
  read.fill_cache = false;
  read.readahead_size = kReadAheadBytes;
  // A trim moves kept_from before it deletes: rows taken together with it hold all it promises.
  const std::lock_guard lock(kept_from_mutex);
  Moment moment{Position(end.load(std::memory_order_acquire)), kept_from, nullptr};
  // After the end was read: the rows up to it are all there, and later ones are not looked at.
  moment.rows.reset(db->NewIterator(read));
  return moment;
}

// Where the read begins, and the hash that the record there must carry.
absl::StatusOr<RecordLink> RocksLog::Impl::Seek(Moment& moment, Position after) {
  rocksdb::Iterator& at = *moment.rows;
  if (after < moment.kept_from.first) {
    at.Seek(KeyOf(moment.kept_from.first));
    return moment.kept_from;
  }
  at.SeekForPrev(KeyOf(Position(after.value() + 1)));
  return at.Valid() ? LinkOf(ToView(at.value())) : moment.kept_from;
}

absl::Status RocksLog::Read(Position after,
                            absl::FunctionRef<absl::Status(const RecordView&)> visit) {
  Impl::Moment moment = impl_->Now();
  const uint64_t begin = moment.kept_from.first.value() - 1;
  if (after.value() < begin) {
    return absl::OutOfRangeError(absl::StrCat("the log is kept from position ", begin, " on; ",
                                              after.value(), " was asked for"));
  }
  if (after >= moment.end) return absl::OkStatus();
  const auto start = Impl::Seek(moment, after);
  if (!start.ok()) return Damaged(impl_->options, ToStd(start.status().message()));
  RecordLink next = *start;
  rocksdb::Iterator& at = *moment.rows;
  for (; at.Valid() && next.first <= moment.end; at.Next()) {
    auto record = DecodeRecord(ToView(at.value()), next.first, next.previous);
    absl::Status status = record.status();
    if (status.ok()) status = impl_->CheckAgainstMark(*record);
    if (!status.ok()) return Refused(impl_->options, status);
    if (record->last() > after) {
      if (absl::Status visited = visit(*record); !visited.ok()) return visited;
    }
    next = {Position(record->last().value() + 1), record->hash};
  }
  if (!at.status().ok()) return Damaged(impl_->options, at.status().ToString());
  if (next.first <= moment.end) {
    return Damaged(impl_->options,
                   absl::StrCat("the record at position ", next.first.value(), " is missing"));
  }
  return absl::OkStatus();
}

absl::Status RocksLog::Impl::Write(Position first, const std::string& record) {
  rocksdb::WriteOptions write;
  write.sync = !WALLET_MUTANT("log_not_synced");
  return FromRocks(db->Put(write, KeyOf(first), record));
}

void RocksLog::Append(Position expected_end, uint32_t count,
                      std::span<const std::string_view> parts, AppendDone done) {
  if (impl_->at_rest) return done(OnlyRead());
  if (impl_->failed && !WALLET_MUTANT("log_goes_on_after_failure")) {
    return done(absl::FailedPreconditionError("the log has failed; open it again"));
  }
  if (expected_end != end() && !WALLET_MUTANT("fence_ignored")) {
    impl_->failed = true;
    return done(absl::AbortedError(absl::StrCat("fenced: the log ends at ", end().value(),
                                                ", the writer expected ", expected_end.value())));
  }
  const Position first(expected_end.value() + 1);
  const Position last(expected_end.value() + count);
  Sha256 hash{};
  const std::string record = EncodeRecord(first, count, impl_->last_hash, parts, &hash);
  if (WALLET_MUTANT("mark_stored_before_write")) impl_->mark->Store({last, hash});
  if (absl::Status status = impl_->Write(first, record); !status.ok()) {
    impl_->failed = true;
    return done(status);
  }
  impl_->last_hash = hash;
  if (!WALLET_MUTANT("mark_not_stored")) impl_->mark->Store({last, hash});
  impl_->end.store(last.value(), std::memory_order_release);
  done(absl::OkStatus());
}

absl::Status RocksLog::Trim(Position up_to) {
  if (impl_->at_rest) return OnlyRead();
  // The record that holds the first event to keep becomes the first one kept.
  const std::unique_ptr<rocksdb::Iterator> at(impl_->db->NewIterator(rocksdb::ReadOptions()));
  at->SeekForPrev(
      KeyOf(Position(std::min(up_to, end()).value() + (WALLET_MUTANT("trimmed_too_far") ? 2 : 1))));
  if (!at->Valid()) return FromRocks(at->status());
  const auto first = PositionOf(at->key());
  if (!first.ok()) return first.status();
  const auto link = LinkOf(ToView(at->value()));
  if (!link.ok()) return link.status();
  if (*first <= impl_->kept_from.first) return absl::OkStatus();
  const RecordLink kept{*first, link->previous};

  rocksdb::WriteOptions write;
  write.sync = true;
  rocksdb::ColumnFamilyHandle* meta = impl_->families[1].get();
  rocksdb::Status status = impl_->db->Put(write, meta, kBeginKey, EncodeLink(kept));
  // Flushed, so that this family does not hold back the files of the write-ahead log.
  if (status.ok()) status = impl_->db->Flush(rocksdb::FlushOptions(), meta);
  if (!status.ok()) return FromRocks(status);
  {
    const std::lock_guard lock(impl_->kept_from_mutex);
    impl_->kept_from = kept;
    impl_->begin.store(first->value() - 1, std::memory_order_release);
  }

  const std::string low = KeyOf(Position(0));
  const std::string high = KeyOf(Position(first->value() - 1));
  const rocksdb::Slice from(low), to(high);
  return FromRocks(rocksdb::DeleteFilesInRange(impl_->db.get(), impl_->families[0].get(), &from,
                                               &to,
                                               /*include_end=*/true));
}

}  // namespace wallet
