// A file system with one file in memory, to be mapped.
#pragma once

#include <string>
#include <utility>

#include "wal/base/file.h"

namespace wallet::fuzz {

class MappedFileSystem final : public FileSystem {
 public:
  explicit MappedFileSystem(std::string bytes) : bytes_(std::move(bytes)) {}

  const std::string& bytes() const { return bytes_; }

  absl::StatusOr<std::unique_ptr<MappedFile>> Map(const std::string& path, size_t size) override {
    if (bytes_.size() != size) return absl::DataLossError(path + ": is of another size");
    return std::make_unique<View>(bytes_);
  }
  absl::Status WriteFileAtomically(const std::string&, std::string_view bytes) override {
    bytes_ = bytes;
    return absl::OkStatus();
  }

  absl::Status CreateDirectory(const std::string&) override { return Not(); }
  absl::StatusOr<std::vector<std::string>> List(const std::string&) override { return Not(); }
  absl::StatusOr<bool> Exists(const std::string&) override { return Not(); }
  absl::StatusOr<std::string> ReadFile(const std::string&) override { return Not(); }
  absl::StatusOr<std::unique_ptr<AppendFile>> OpenAppend(const std::string&) override {
    return Not();
  }
  absl::Status Truncate(const std::string&, uint64_t) override { return Not(); }
  absl::Status Reserve(const std::string&, uint64_t) override { return Not(); }
  absl::Status Remove(const std::string&) override { return Not(); }
  absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string&) override { return Not(); }
  absl::StatusOr<uint64_t> FreeBytes(const std::string&) override { return Not(); }

 private:
  class View final : public MappedFile {
   public:
    explicit View(std::string& bytes) : bytes_(bytes) {}
    char* bytes() override { return bytes_.data(); }
    size_t size() const override { return bytes_.size(); }
    absl::Status Sync() override { return absl::OkStatus(); }

   private:
    std::string& bytes_;
  };

  static absl::Status Not() { return absl::UnimplementedError("there is one file, to be mapped"); }

  std::string bytes_;
};

}  // namespace wallet::fuzz
