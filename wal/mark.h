// The high-water mark: how far the log was acknowledged, kept outside the log.
//
// RocksDB opens a log that was cut on a record boundary, or lost a file, without a word. The mark
// knows better: a log that ends before it has lost acknowledged records. It is one store into
// mapped memory after each sync and before the answer: exact after the process dies, and at most
// one second behind after a loss of power (the pages are synced in the background every second).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/base/file.h"
#include "wal/base/hash.h"
#include "wal/base/position.h"

namespace wallet {

class Mark {
 public:
  struct Value {
    Position position;
    Sha256 hash{};  // of the record that ends there
  };

  // Writes the mark of a log that ends there; of an empty one, with the hash that its first record
  // will carry.
  static absl::Status Create(FileSystem& files, const std::string& path, const Value& end);
  // kDataLoss when the file is missing, of another size, or holds no intact slot; kUnimplemented
  // when its slots are a newer program's, naming both versions.
  static absl::StatusOr<std::unique_ptr<Mark>> Open(FileSystem& files, const std::string& path);

  // The newest intact slot.
  Value Load() const;
  // Those that hold something which is not intact: the value above may be an older one.
  static constexpr int kSlotCount = 2;
  int damaged_slots() const;
  // One thread. The other slot stays as it was, so that one is always intact.
  void Store(const Value& value);
  // Any thread.
  absl::Status Sync() { return file_->Sync(); }

 private:
  explicit Mark(std::unique_ptr<MappedFile> file) : file_(std::move(file)) {}

  std::unique_ptr<MappedFile> file_;
  uint64_t sequence_ = 0;  // of the newest slot
};

}  // namespace wallet
