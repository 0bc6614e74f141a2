// Another file system, but for what a test overrides.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wal/base/file.h"

namespace wallet {

class ForwardingFiles : public FileSystem {
 public:
  // `base` outlives it.
  explicit ForwardingFiles(FileSystem& base) : base_(base) {}

  absl::Status CreateDirectory(const std::string& path) override {
    return base_.CreateDirectory(path);
  }
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    return base_.List(path);
  }
  absl::StatusOr<bool> Exists(const std::string& path) override { return base_.Exists(path); }
  absl::StatusOr<std::string> ReadFile(const std::string& path) override {
    return base_.ReadFile(path);
  }
  absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes) override {
    return base_.WriteFileAtomically(path, bytes);
  }
  absl::StatusOr<std::unique_ptr<AppendFile>> OpenAppend(const std::string& path) override {
    return base_.OpenAppend(path);
  }
  absl::Status Truncate(const std::string& path, uint64_t size) override {
    return base_.Truncate(path, size);
  }
  absl::StatusOr<std::unique_ptr<MappedFile>> Map(const std::string& path, size_t size) override {
    return base_.Map(path, size);
  }
  absl::Status Reserve(const std::string& path, uint64_t size) override {
    return base_.Reserve(path, size);
  }
  absl::Status Remove(const std::string& path) override { return base_.Remove(path); }
  absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string& path) override {
    return base_.Lock(path);
  }
  absl::StatusOr<uint64_t> FreeBytes(const std::string& path) override {
    return base_.FreeBytes(path);
  }
  absl::StatusOr<std::unique_ptr<AppendFile>> CreateNew(const std::string& path) override {
    return base_.CreateNew(path);
  }
  absl::StatusOr<std::unique_ptr<RandomAccessFile>> OpenRead(const std::string& path) override {
    return base_.OpenRead(path);
  }
  absl::Status Rename(const std::string& from, const std::string& to) override {
    return base_.Rename(from, to);
  }
  absl::Status Link(const std::string& from, const std::string& to) override {
    return base_.Link(from, to);
  }
  absl::Status SyncDirectory(const std::string& path) override { return base_.SyncDirectory(path); }
  absl::Status RemoveTree(const std::string& path) override { return base_.RemoveTree(path); }

 private:
  FileSystem& base_;
};

// One whose files are read, but can't be asked for their size.
class SizelessFiles final : public ForwardingFiles {
 public:
  using ForwardingFiles::ForwardingFiles;

  absl::StatusOr<std::unique_ptr<RandomAccessFile>> OpenRead(const std::string& path) override {
    auto file = ForwardingFiles::OpenRead(path);
    if (!file.ok()) return file;
    return std::make_unique<Sizeless>(*std::move(file));
  }

 private:
  struct Sizeless final : RandomAccessFile {
    explicit Sizeless(std::unique_ptr<RandomAccessFile> base) : base(std::move(base)) {}
    absl::StatusOr<uint64_t> Size() override { return absl::InternalError("no size"); }
    absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> buffer) override {
      return base->ReadAt(offset, buffer);
    }
    std::unique_ptr<RandomAccessFile> base;
  };
};

}  // namespace wallet
