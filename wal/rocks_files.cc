#include "wal/rocks_files.h"

#include <rocksdb/file_system.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "wal/limits.h"
#include "wal/rocks_tail.h"

namespace wallet {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSRandomAccessFile;
using rocksdb::FSSequentialFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr uint64_t kChunkBytes = 1 << 20;
// So far before the last byte that is not zero a record ends, and none ends so far behind it.
constexpr uint64_t kTailBytes = 2 * kMaxRecordBytes;
static_assert(kTailBytes % kRocksBlockBytes == 0);

// The bytes [from, to), as far as the file has them.
IOStatus ReadRange(const FSRandomAccessFile& file, uint64_t from, uint64_t to, std::string& bytes) {
  bytes.resize(to - from);
  Slice read;
  IOStatus status = file.Read(from, bytes.size(), IOOptions(), &read, bytes.data(), nullptr);
  if (status.ok()) bytes.assign(read.data(), read.size());
  return status;
}

// Behind the last byte of the file that is not zero.
IOStatus NonZeroEnd(const FSRandomAccessFile& file, uint64_t size, uint64_t& end) {
  std::string bytes;
  end = size;
  while (end > 0) {
    const uint64_t from = end - std::min(end, kChunkBytes);
    if (IOStatus status = ReadRange(file, from, end, bytes); !status.ok()) return status;
    const size_t last = bytes.find_last_not_of('\0');
    end = last == std::string::npos ? from : from + last + 1;
    if (last != std::string::npos) break;
  }
  return IOStatus::OK();
}

// Up to where the log file is to be read.
IOStatus ReadableEnd(const FSRandomAccessFile& file, uint64_t size, uint64_t& end) {
  uint64_t non_zero = 0;
  if (IOStatus status = NonZeroEnd(file, size, non_zero); !status.ok()) return status;
  end = size;
  if (non_zero == size) return IOStatus::OK();
  const uint64_t block = non_zero / kRocksBlockBytes * kRocksBlockBytes;
  const uint64_t from = block - std::min(block, kTailBytes);
  const uint64_t to = std::min(size, block + kTailBytes);
  std::string bytes;
  if (IOStatus status = ReadRange(file, from, to, bytes); !status.ok()) return status;
  const uint64_t written = WrittenEnd(bytes);
  // No record's end in more bytes than a record has: not what an append leaves.
  const bool damaged = written == bytes.size() || (written == 0 && from > 0);
  if (!damaged) end = from + written;
  return IOStatus::OK();
}

// Ends before the file does.
class FileUpTo final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  FileUpTo(std::unique_ptr<FSSequentialFile> file, uint64_t end)
      : FSSequentialFileOwnerWrapper(std::move(file)), left_(end) {}

  IOStatus Read(size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    n = std::min<uint64_t>(n, left_);
    IOStatus status = target()->Read(n, options, result, scratch, debug);
    if (status.ok()) left_ -= result->size();
    return status;
  }
  IOStatus Skip(uint64_t n) override {
    n = std::min(n, left_);
    IOStatus status = target()->Skip(n);
    if (status.ok()) left_ -= n;
    return status;
  }

 private:
  uint64_t left_;
};

class LogFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  LogFileSystem() : FileSystemWrapper(FileSystem::Default()) {}

  const char* Name() const override { return "wallet-log"; }

  FileOptions OptimizeForLogWrite(const FileOptions& options,
                                  const rocksdb::DBOptions& database) const override {
    FileOptions optimized = target()->OptimizeForLogWrite(options, database);
    optimized.fallocate_with_keep_size = false;
    return optimized;
  }

  IOStatus NewSequentialFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<FSSequentialFile>* file,
                             IODebugContext* debug) override {
    IOStatus status = target()->NewSequentialFile(path, options, file, debug);
    if (!status.ok() || !path.ends_with(".log")) return status;
    uint64_t size = 0;
    std::unique_ptr<FSRandomAccessFile> bytes;
    status = target()->GetFileSize(path, IOOptions(), &size, debug);
    if (status.ok()) status = target()->NewRandomAccessFile(path, options, &bytes, debug);
    uint64_t end = 0;
    if (status.ok()) status = ReadableEnd(*bytes, size, end);
    if (!status.ok()) {
      file->reset();
    } else if (end < size) {
      *file = std::make_unique<FileUpTo>(std::move(*file), end);
    }
    return status;
  }
};

}  // namespace

rocksdb::Env* LogFiles() {
  // Not destroyed: databases may be closed by destructors that run after the process's exit began.
  static rocksdb::Env* const kFiles =
      rocksdb::NewCompositeEnv(std::make_shared<LogFileSystem>()).release();
  return kFiles;
}

}  // namespace wallet
