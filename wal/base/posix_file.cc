#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/file.h"
#include "wal/base/mutant.h"
#include "wal/base/posix_bulk_file.h"
#include "wal/base/posix_calls.h"
#include "wal/base/publish.h"

namespace wallet {
namespace {

using posix::Descriptor;
using posix::Failed;
using posix::Open;
using posix::Retry;
using posix::WriteAll;

constexpr mode_t kDirectoryMode = 0700;

// What was written once and can't be read back is lost: no second try brings it. (Any other call
// that the disk fails may be better after a restart.)
absl::Status Unreadable(const std::string& what, const std::string& path, int error) {
  const absl::Status status = Failed(what.c_str(), path, error);
  return error == EIO ? absl::DataLossError(status.message()) : status;
}

absl::Status SyncNames(const std::string& path) {
  auto directory = Open(path, O_RDONLY | O_DIRECTORY);
  if (!directory.ok()) return directory.status();
  if (!WALLET_MUTANT("directory_not_synced") && Retry([&] { return fsync(directory->get()); }) != 0)
    return Failed("fsync", path);
  return absl::OkStatus();
}

bool IsDirectory(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

absl::Status FailedFrom(const char* what, const std::string& from, const std::string& to,
                        int error) {
  return Failed(absl::StrCat(what, " ", from, " to it").c_str(), to, error);
}

// rename(2) puts a directory only where nothing or an empty directory is.
absl::Status RenameDirectory(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return FailedFrom("rename", from, to, errno == ENOTDIR ? EEXIST : errno);
}

absl::Status RenameFile(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
    return absl::OkStatus();
  }
  // Not every file system knows RENAME_NOREPLACE; a link replaces nothing either.
  const bool unknown = errno == EINVAL || errno == ENOSYS;
  if (unknown && link(from.c_str(), to.c_str()) == 0 && unlink(from.c_str()) == 0) {
    return absl::OkStatus();
  }
  return FailedFrom("rename", from, to, errno);
}

// So much of a file that is removed is given back at once.
constexpr off_t kFreeStepBytes = off_t{8} << 20;

// What `path` names, when it is a file that is better not freed at once; otherwise none.
Descriptor OpenIfLarge(const std::string& path) {
  struct stat info;
  const bool large = lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
                     info.st_size > kFreeStepBytes && info.st_nlink == 1;
  if (!large) return Descriptor();
  return Descriptor(
      Retry([&] { return open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK); }));
}

// Gives back the blocks of a file that has no name any more, piece by piece. The next sync of any
// file waits until the disk has taken back (discarded) all that was freed: after 400 MB at once the
// log's took 30 to 50 ms, after pieces no longer than ever. An error costs nothing but that:
// closing the file frees the rest.
void FreeInSteps(int fd) {
  struct stat info;
  // Another name would still have its bytes.
  if (fstat(fd, &info) != 0 || info.st_nlink != 0) return;
  for (off_t left = info.st_size; left > kFreeStepBytes;) {
    left -= kFreeStepBytes;
    if (Retry([&] { return ftruncate(fd, left); }) != 0) return;
    if (Retry([&] { return fdatasync(fd); }) != 0) return;
  }
}

class PosixAppendFile final : public AppendFile {
 public:
  PosixAppendFile(Descriptor file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}

  absl::Status Append(std::string_view bytes) override {
    return WriteAll(file_.get(), bytes, path_);
  }
  absl::Status Sync() override { return posix::Sync(file_.get(), path_); }

 private:
  Descriptor file_;
  const std::string path_;
};

class PosixRandomAccessFile final : public RandomAccessFile {
 public:
  PosixRandomAccessFile(Descriptor file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}

  absl::StatusOr<uint64_t> Size() override {
    struct stat info;
    if (fstat(file_.get(), &info) != 0) return Failed("fstat", path_);
    return static_cast<uint64_t>(info.st_size);
  }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> buffer) override {
    size_t done = 0;
    while (done < buffer.size()) {
      const ssize_t size = Read(file_.get(), offset + done, buffer.subspan(done));
      if (size < 0) return FailedAt(offset + done, errno);
      if (size == 0) break;
      done += static_cast<size_t>(size);
    }
    return done;
  }
  // A read that does not fill the buffer is left to the other way, which knows whether that is the
  // end.
  absl::StatusOr<size_t> ReadOnce(uint64_t offset, std::span<char> buffer) override {
    if (!IsWholeBlocks(offset, buffer)) return ReadAt(offset, buffer);
    const ssize_t size = Read(Direct(), offset, buffer);
    return size == static_cast<ssize_t>(buffer.size()) ? buffer.size() : ReadAt(offset, buffer);
  }
  void WillRead(uint64_t offset, size_t size) override {
    posix_fadvise(file_.get(), static_cast<off_t>(offset), static_cast<off_t>(size),
                  POSIX_FADV_WILLNEED);
  }

 private:
  static ssize_t Read(int fd, uint64_t offset, std::span<char> buffer) {
    return Retry(
        [&] { return pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(offset)); });
  }
  static bool IsWholeBlocks(uint64_t offset, std::span<char> buffer) {
    return (offset | buffer.size() | reinterpret_cast<uintptr_t>(buffer.data())) %
               kBulkBlockBytes ==
           0;
  }
  // The same file, whatever its name is by now; -1, from which nothing can be read, where the
  // system does not open it so.
  int Direct() {
    std::call_once(direct_once_, [this] {
      auto direct = Open(absl::StrCat("/proc/self/fd/", file_.get()), O_RDONLY | O_DIRECT);
      if (direct.ok()) direct_ = *std::move(direct);
    });
    return direct_.get();
  }

  absl::Status FailedAt(uint64_t offset, int error) const {
    return Unreadable(absl::StrCat("read at byte ", offset), path_, error);
  }

  Descriptor file_;
  const std::string path_;
  std::once_flag direct_once_;
  Descriptor direct_;
};

class PosixMappedFile final : public MappedFile {
 public:
  PosixMappedFile(char* bytes, size_t size, std::string path)
      : bytes_(bytes), size_(size), path_(std::move(path)) {}
  ~PosixMappedFile() override { munmap(bytes_, size_); }

  char* bytes() override { return bytes_; }
  size_t size() const override { return size_; }
  absl::Status Sync() override {
    if (Retry([&] { return msync(bytes_, size_, MS_SYNC); }) != 0) return Failed("msync", path_);
    return absl::OkStatus();
  }

 private:
  char* const bytes_;
  const size_t size_;
  const std::string path_;
};

class PosixLock final : public FileLock {
 public:
  explicit PosixLock(Descriptor file) : file_(std::move(file)) {}

 private:
  Descriptor file_;  // closing it unlocks
};

class PosixFiles final : public FileSystem {
 public:
  absl::Status CreateDirectory(const std::string& path) override {
    if (mkdir(path.c_str(), kDirectoryMode) != 0 && errno != EEXIST) return Failed("mkdir", path);
    return SyncNames(ParentOf(path));
  }

  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    std::error_code error;
    std::vector<std::string> names;
    for (std::filesystem::directory_iterator it(path, error), end; !error && it != end;
         it.increment(error)) {
      names.push_back(it->path().filename().string());
    }
    if (error) return Failed("list", path, error.value());
    std::sort(names.begin(), names.end());
    return names;
  }

  absl::StatusOr<bool> Exists(const std::string& path) override {
    struct stat info;
    if (stat(path.c_str(), &info) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return Failed("stat", path);
  }

  absl::StatusOr<std::string> ReadFile(const std::string& path) override {
    auto file = Open(path, O_RDONLY);
    if (!file.ok()) return file.status();
    std::string bytes;
    char buffer[64 << 10];
    while (true) {
      const ssize_t size = Retry([&] { return read(file->get(), buffer, sizeof(buffer)); });
      if (size < 0) return Unreadable("read", path, errno);
      if (size == 0) return bytes;
      bytes.append(buffer, static_cast<size_t>(size));
    }
  }

  absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes) override {
    const std::string temporary = path + ".tmp";
    if (absl::Status status = WriteAndSync(temporary, bytes); !status.ok()) return status;
    if (rename(temporary.c_str(), path.c_str()) != 0) return Failed("rename", path);
    return SyncNames(ParentOf(path));
  }

  absl::StatusOr<std::unique_ptr<AppendFile>> OpenAppend(const std::string& path) override {
    auto file = Open(path, O_WRONLY | O_CREAT | O_APPEND);
    if (!file.ok()) return file.status();
    if (absl::Status status = SyncNames(ParentOf(path)); !status.ok()) return status;
    return std::make_unique<PosixAppendFile>(*std::move(file), path);
  }

  absl::Status Truncate(const std::string& path, uint64_t size) override {
    auto file = Open(path, O_WRONLY);
    if (!file.ok()) return file.status();
    if (Retry([&] { return ftruncate(file->get(), static_cast<off_t>(size)); }) != 0) {
      return Failed("ftruncate", path);
    }
    if (Retry([&] { return fsync(file->get()); }) != 0) return Failed("fsync", path);
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<MappedFile>> Map(const std::string& path, size_t size) override {
    auto file = Open(path, O_RDWR);
    if (!file.ok()) return file.status();
    struct stat info;
    if (fstat(file->get(), &info) != 0) return Failed("fstat", path);
    if (static_cast<size_t>(info.st_size) != size) {
      return absl::DataLossError(
          absl::StrCat(path, ": has ", info.st_size, " bytes instead of ", size));
    }
    void* bytes = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file->get(), 0);
    if (bytes == MAP_FAILED) return Failed("mmap", path);
    return std::make_unique<PosixMappedFile>(static_cast<char*>(bytes), size, path);
  }

  absl::Status Reserve(const std::string& path, uint64_t size) override {
    auto file = Open(path, O_WRONLY | O_CREAT);
    if (!file.ok()) return file.status();
    struct stat info;
    if (fstat(file->get(), &info) != 0) return Failed("fstat", path);
    if (static_cast<uint64_t>(info.st_size) == size) return absl::OkStatus();
    int error = 0;
    do {
      error = posix_fallocate(file->get(), 0, static_cast<off_t>(size));
    } while (error == EINTR);
    if (error != 0) return Failed("posix_fallocate", path, error);
    if (Retry([&] { return fsync(file->get()); }) != 0) return Failed("fsync", path);
    return SyncNames(ParentOf(path));
  }

  absl::Status Remove(const std::string& path) override {
    const Descriptor large = OpenIfLarge(path);
    if (unlink(path.c_str()) != 0 && errno != ENOENT) return Failed("unlink", path);
    absl::Status status = SyncNames(ParentOf(path));
    if (large.get() >= 0) FreeInSteps(large.get());
    return status;
  }

  absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string& path) override {
    auto file = Open(path, O_RDWR | O_CREAT);
    if (!file.ok()) return file.status();
    if (Retry([&] { return flock(file->get(), LOCK_EX | LOCK_NB); }) != 0) {
      return Failed("flock", path);
    }
    return std::make_unique<PosixLock>(*std::move(file));
  }

  absl::StatusOr<uint64_t> FreeBytes(const std::string& path) override {
    struct statvfs info;
    if (Retry([&] { return statvfs(path.c_str(), &info); }) != 0) return Failed("statvfs", path);
    return static_cast<uint64_t>(info.f_bavail) * info.f_frsize;
  }

  absl::StatusOr<std::unique_ptr<AppendFile>> CreateNew(const std::string& path) override {
    auto file = Open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND);
    if (!file.ok()) return file.status();
    return std::make_unique<PosixAppendFile>(*std::move(file), path);
  }

  absl::StatusOr<std::unique_ptr<AppendFile>> CreateBulk(const std::string& path) override {
    return CreatePosixBulkFile(path);
  }

  absl::StatusOr<std::unique_ptr<RandomAccessFile>> OpenRead(const std::string& path) override {
    auto file = Open(path, O_RDONLY);
    if (!file.ok()) return file.status();
    return std::make_unique<PosixRandomAccessFile>(*std::move(file), path);
  }

  absl::Status Rename(const std::string& from, const std::string& to) override {
    return IsDirectory(from) ? RenameDirectory(from, to) : RenameFile(from, to);
  }

  absl::Status Link(const std::string& from, const std::string& to) override {
    if (link(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
    const int error = errno;
    const absl::Status status = FailedFrom("link", from, to, error);
    const bool impossible =
        error == EXDEV || error == EPERM || error == EMLINK || error == EOPNOTSUPP;
    return impossible ? absl::UnimplementedError(status.message()) : status;
  }

  absl::Status SyncDirectory(const std::string& path) override { return SyncNames(path); }

  absl::Status RemoveTree(const std::string& path) override {
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (error) return Failed("remove", path, error.value());
    return SyncNames(ParentOf(path));
  }

 private:
  static absl::Status WriteAndSync(const std::string& path, std::string_view bytes) {
    auto file = Open(path, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.ok()) return file.status();
    if (absl::Status status = WriteAll(file->get(), bytes, path); !status.ok()) return status;
    if (Retry([&] { return fsync(file->get()); }) != 0) return Failed("fsync", path);
    return absl::OkStatus();
  }
};

}  // namespace

FileSystem& PosixFileSystem() {
  static PosixFiles& files = *new PosixFiles;
  return files;
}

}  // namespace wallet
