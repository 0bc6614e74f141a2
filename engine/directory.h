// A data directory: whose it is, and that only one process uses it.
//
//   LOCK           held by the process that uses the directory
//   LEDGER         what the ledger is: text, one `name value` a line, the format version first, a
//                  checksum last; written as the last step of making the directory, and changed
//                  only where a bank that a restore paused is resumed
//   MARK           the log's high-water mark (wal/mark.h)
//   RESERVE        space kept for the time when the disk is full (wal/space_guard.h)
//   log/           the write-ahead log (wal/rocks_log.h)
//   index/         transactions and keys that left the memory (engine/index/FORMAT.md); made by the
//                  first start that finds none, as index.tmp/ until it is whole
//   snapshots/     the ledger as it was at a position of the log, one file each
//                  (snapshot/catalog.h); made by the first start that keeps any
//   bank-sim.book  the simulated bank's own book (engine/bank/sim_book.h)
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/ledger/types.h"
#include "wal/base/clock.h"
#include "wal/base/file.h"
#include "wal/base/position.h"
#include "wal/base/random.h"

namespace wallet {

// What a restore made of the ledger.
struct RestoreNote {
  Instant at;
  Position position;  // everything up to it was restored
  Epoch from;         // of what it was restored from
  // Until walletd was started once with --resume-bank, nothing is sent to the bank.
  bool bank_paused = true;
  bool operator==(const RestoreNote&) const = default;
};

// What the file LEDGER says. Version 1; with a RestoreNote version 2: a program that does not know
// of restores would pay again what was paid in the ledger's earlier life.
struct LedgerIdentity {
  Epoch epoch;
  Currency default_currency;
  Instant created_at;
  std::string chain_seed;  // hexadecimal; what makes the log's chain this ledger's
  std::optional<RestoreNote> restored = std::nullopt;  // by the last restore

  bool bank_paused() const { return restored && restored->bank_paused; }
};

std::string EncodeIdentity(const LedgerIdentity& identity);
// kDataLoss when damaged; kUnimplemented, naming both versions, when a newer program wrote it.
absl::StatusOr<LedgerIdentity> DecodeIdentity(std::string_view bytes);

struct DirectoryOptions {
  std::string path;
  bool create = false;        // make a new ledger if there is none
  Currency default_currency;  // of a new ledger; if not Currency(), must match an existing one's
};

class Directory {
 public:
  // Locks the directory and reads or makes its identity. kUnavailable: another process uses it.
  // kNotFound: there is no ledger and `create` is not set. kFailedPrecondition: the default
  // currency is another. kDataLoss, kUnimplemented: as DecodeIdentity, or files of a ledger without
  // LEDGER. `make_log` makes the empty log of a new ledger; it may find remains of an attempt that
  // was interrupted before LEDGER was written, and must remove them.
  using MakeLog = absl::FunctionRef<absl::Status(const Directory&)>;
  static absl::StatusOr<std::unique_ptr<Directory>> Open(const DirectoryOptions& options,
                                                         FileSystem& files, const Clock& clock,
                                                         Random& random, MakeLog make_log);

  const LedgerIdentity& identity() const { return identity_; }
  // Lets what a restore paused go to the bank, durably. Nothing if it is not paused.
  absl::Status ResumeBank(FileSystem& files);
  bool created() const { return created_; }
  const std::string& path() const { return path_; }
  std::string ledger_path() const { return path_ + "/LEDGER"; }
  std::string log_path() const { return path_ + "/log"; }
  std::string mark_path() const { return path_ + "/MARK"; }
  std::string reserve_path() const { return path_ + "/RESERVE"; }
  std::string index_path() const { return path_ + "/index"; }
  std::string snapshots_path() const { return path_ + "/snapshots"; }
  std::string sim_book_path() const { return path_ + "/bank-sim.book"; }

 private:
  explicit Directory(std::string path) : path_(std::move(path)) {}

  absl::Status Lock(FileSystem& files);
  absl::Status Load(const DirectoryOptions& options, FileSystem& files);
  absl::Status Create(const DirectoryOptions& options, FileSystem& files, const Clock& clock,
                      Random& random, MakeLog make_log);

  const std::string path_;
  std::unique_ptr<FileLock> lock_;
  LedgerIdentity identity_;
  bool created_ = false;
};

}  // namespace wallet
