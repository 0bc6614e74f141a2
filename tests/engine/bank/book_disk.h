// The one file a simulated bank needs, on a disk that can be watched and broken.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "wal/base/check.h"
#include "wal/base/file.h"

namespace wallet {

class BookDisk final : public FileSystem {
 public:
  std::optional<std::string> written;  // absent: there is no file
  std::string synced;
  int syncs = 0;
  bool fail_append = false;
  bool fail_sync = false;

  // Loses what was not synced, or all but its first `torn` bytes.
  void Crash(size_t torn = 0) {
    if (written) written = written->substr(0, std::min(written->size(), synced.size() + torn));
  }

  absl::StatusOr<bool> Exists(const std::string&) override { return written.has_value(); }
  absl::StatusOr<std::string> ReadFile(const std::string&) override {
    if (!written) return absl::NotFoundError("no file");
    return *written;
  }
  absl::Status WriteFileAtomically(const std::string&, std::string_view bytes) override {
    written = synced = std::string(bytes);
    return absl::OkStatus();
  }
  absl::StatusOr<std::unique_ptr<AppendFile>> OpenAppend(const std::string&) override {
    return std::make_unique<File>(*this);
  }
  absl::Status Truncate(const std::string&, uint64_t size) override {
    written = synced = written->substr(0, size);
    return absl::OkStatus();
  }

  absl::Status CreateDirectory(const std::string&) override { return NotNeeded(); }
  absl::StatusOr<std::vector<std::string>> List(const std::string&) override { return NotNeeded(); }
  absl::StatusOr<std::unique_ptr<MappedFile>> Map(const std::string&, size_t) override {
    return NotNeeded();
  }
  absl::Status Reserve(const std::string&, uint64_t) override { return NotNeeded(); }
  absl::Status Remove(const std::string&) override { return NotNeeded(); }
  absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string&) override {
    return NotNeeded();
  }
  absl::StatusOr<uint64_t> FreeBytes(const std::string&) override { return NotNeeded(); }

 private:
  class File final : public AppendFile {
   public:
    explicit File(BookDisk& disk) : disk_(disk) {}
    absl::Status Append(std::string_view bytes) override {
      if (disk_.fail_append) return absl::ResourceExhaustedError("disk full");
      *disk_.written += bytes;
      return absl::OkStatus();
    }
    absl::Status Sync() override {
      if (disk_.fail_sync) return absl::DataLossError("input/output error");
      ++disk_.syncs;
      disk_.synced += disk_.written->substr(disk_.synced.size());
      return absl::OkStatus();
    }

   private:
    BookDisk& disk_;
  };

  static absl::Status NotNeeded() { return absl::UnimplementedError("a book needs no such thing"); }
};

}  // namespace wallet
