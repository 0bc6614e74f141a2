#include "wal/base/posix_bulk_file.h"

#include <fcntl.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "wal/base/huge_pages.h"
#include "wal/base/posix_calls.h"

namespace wallet {
namespace {

using posix::Descriptor;

// What is written at once. Someone else's read or sync waits for no more than that: some 0.5 ms.
constexpr size_t kChunkBytes = 128 << 10;
static_assert(kChunkBytes % kBulkBlockBytes == 0);

class PosixBulkFile final : public AppendFile {
 public:
  PosixBulkFile(Descriptor file, std::string path)
      : file_(std::move(file)),
        path_(std::move(path)),
        direct_(SetDirect(true)),
        chunk_(AllocateAligned(kBulkBlockBytes, kChunkBytes)) {}

  absl::Status Append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const size_t taken = bytes.copy(chunk_.get() + size_, kChunkBytes - size_);
      bytes.remove_prefix(taken);
      size_ += taken;
      if (size_ < kChunkBytes) break;
      absl::Status status = Write(kChunkBytes);
      if (status.ok()) status = SyncNowAndThen(kChunkBytes);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Behind what does not fill a block nothing can go past the page cache any more.
  absl::Status Sync() override {
    absl::Status status = Write(size_ / kBulkBlockBytes * kBulkBlockBytes);
    if (status.ok() && size_ > 0) {
      SetDirect(false);
      direct_ = false;
      status = Write(size_);
    }
    return status.ok() ? posix::Sync(file_.get(), path_) : status;
  }

 private:
  // Without O_DIRECT: nothing dirty piles up that other files' syncs would wait for.
  absl::Status SyncNowAndThen(size_t written) {
    if (direct_) return absl::OkStatus();
    dirty_ += written;
    if (dirty_ < kSyncEveryBytes) return absl::OkStatus();
    dirty_ = 0;
    return posix::Sync(file_.get(), path_);
  }

  // Whether the file system does it.
  bool SetDirect(bool direct) const {
    const int flags = fcntl(file_.get(), F_GETFL);
    return flags >= 0 &&
           fcntl(file_.get(), F_SETFL, direct ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
  }

  // The chunk's first `size` bytes.
  absl::Status Write(size_t size) {
    for (size_t done = 0; done < size;) {
      const ssize_t written =
          posix::Retry([&] { return write(file_.get(), chunk_.get() + done, size - done); });
      if (written >= 0) {
        done += static_cast<size_t>(written);
      } else if (errno == EINVAL && direct_ && SetDirect(false)) {
        direct_ = false;  // a disk of larger blocks, or one that took a part of one
      } else {
        return posix::Failed("write", path_);
      }
    }
    std::memmove(chunk_.get(), chunk_.get() + size, size_ - size);
    size_ -= size;
    return absl::OkStatus();
  }

  Descriptor file_;
  const std::string path_;
  bool direct_;
  const HugeMemory chunk_;
  size_t size_ = 0;   // of the chunk that is not yet written
  size_t dirty_ = 0;  // written through the page cache, and not synced
};

}  // namespace

absl::StatusOr<std::unique_ptr<AppendFile>> CreatePosixBulkFile(const std::string& path) {
  auto file = posix::Open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND);
  if (!file.ok()) return file.status();
  return std::make_unique<PosixBulkFile>(*std::move(file), path);
}

}  // namespace wallet
