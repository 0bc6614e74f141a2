// Each system call behind the file system refused in turn: what it was for, of which file, and why
// it failed, is what the caller is told.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/temp_dir.h"
#include "wal/base/file.h"

namespace {

// The calls that the code under test makes, and which of them are not made but fail.
struct Plan {
  bool armed = false;
  int refused = 0;                    // the n-th, from 1; 0: none
  int error = 0;                      // what it fails with
  std::map<std::string, int> errors;  // what all calls of a name fail with
  size_t most_bytes = ~size_t{0};     // that a read or a write moves
  std::vector<std::string> made;
};
Plan plan;

bool Refuses(const char* call) {
  if (!plan.armed) return false;
  plan.made.push_back(call);
  const auto by_name = plan.errors.find(call);
  const bool counted = static_cast<int>(plan.made.size()) == plan.refused;
  if (!counted && by_name == plan.errors.end()) return false;
  errno = counted ? plan.error : by_name->second;
  return true;
}

size_t AtMost(size_t bytes) { return plan.armed ? std::min(bytes, plan.most_bytes) : bytes; }

}  // namespace

// The linker puts these before the C library's.
#define WALLET_REFUSABLE(type, call, parameters, arguments) \
  type __real_##call parameters;                            \
  type __wrap_##call parameters { return Refuses(#call) ? (type)-1 : __real_##call arguments; }

extern "C" {
WALLET_REFUSABLE(int, fsync, (int fd), (fd))
WALLET_REFUSABLE(int, fdatasync, (int fd), (fd))
WALLET_REFUSABLE(int, fstat, (int fd, struct stat* info), (fd, info))
WALLET_REFUSABLE(int, stat, (const char* path, struct stat* info), (path, info))
WALLET_REFUSABLE(int, lstat, (const char* path, struct stat* info), (path, info))
WALLET_REFUSABLE(int, statvfs, (const char* path, struct statvfs* info), (path, info))
WALLET_REFUSABLE(int, mkdir, (const char* path, mode_t mode), (path, mode))
WALLET_REFUSABLE(int, rename, (const char* from, const char* to), (from, to))
WALLET_REFUSABLE(int, renameat2,
                 (int from_at, const char* from, int to_at, const char* to, unsigned flags),
                 (from_at, from, to_at, to, flags))
WALLET_REFUSABLE(int, link, (const char* from, const char* to), (from, to))
WALLET_REFUSABLE(int, unlink, (const char* path), (path))
WALLET_REFUSABLE(int, ftruncate, (int fd, off_t size), (fd, size))
WALLET_REFUSABLE(int, flock, (int fd, int operation), (fd, operation))
WALLET_REFUSABLE(int, msync, (void* bytes, size_t size, int flags), (bytes, size, flags))
WALLET_REFUSABLE(void*, mmap, (void* at, size_t size, int use, int flags, int fd, off_t offset),
                 (at, size, use, flags, fd, offset))
WALLET_REFUSABLE(ssize_t, read, (int fd, void* bytes, size_t size), (fd, bytes, AtMost(size)))
WALLET_REFUSABLE(ssize_t, write, (int fd, const void* bytes, size_t size),
                 (fd, bytes, AtMost(size)))
WALLET_REFUSABLE(ssize_t, pread, (int fd, void* bytes, size_t size, off_t offset),
                 (fd, bytes, AtMost(size), offset))

int __real_posix_fallocate(int fd, off_t offset, off_t size);
int __wrap_posix_fallocate(int fd, off_t offset, off_t size) {
  return Refuses("posix_fallocate") ? plan.error : __real_posix_fallocate(fd, offset, size);
}

int __real_open(const char* path, int flags, ...);
int __wrap_open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return Refuses("open") ? -1 : __real_open(path, flags, mode);
}
}

namespace wallet {
namespace {

using ::testing::HasSubstr;

constexpr size_t kLargeBytes = 20 << 20;  // removed in steps

// What a caller does with a directory that holds `file` (5 bytes), `large` and the empty `folder`.
using Work = std::function<absl::Status()>;
struct Operation {
  const char* name;
  // What may come before the work, and the work.
  std::function<Work(FileSystem& files, const std::string& directory)> prepare;
  std::set<std::string> harmless;  // calls whose failing costs nothing that was promised
};

template <class File>
std::shared_ptr<File> Shared(absl::StatusOr<std::unique_ptr<File>> file) {
  EXPECT_TRUE(file.ok()) << file.status();
  return *std::move(file);
}

const std::vector<Operation>& Operations() {
  static const auto& operations = *new std::vector<Operation>{
      {"CreateDirectory",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.CreateDirectory(d + "/new"); };
       }},
      {"Exists",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.Exists(d + "/file").status(); };
       }},
      {"ReadFile",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.ReadFile(d + "/file").status(); };
       }},
      {"WriteFileAtomically",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.WriteFileAtomically(d + "/file", "other"); };
       }},
      {"OpenAppend",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.OpenAppend(d + "/new").status(); };
       }},
      {"CreateNew",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.CreateNew(d + "/new").status(); };
       }},
      {"Append and Sync",
       [](FileSystem& f, const std::string& d) -> Work {
         return [file = Shared(f.OpenAppend(d + "/file"))] {
           absl::Status status = file->Append("more");
           return status.ok() ? file->Sync() : status;
         };
       }},
      {"Truncate",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.Truncate(d + "/file", 3); };
       }},
      {"Map",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.Map(d + "/file", 5).status(); };
       }},
      {"Sync of a map",
       [](FileSystem& f, const std::string& d) -> Work {
         return [map = Shared(f.Map(d + "/file", 5))] { return map->Sync(); };
       }},
      {"Reserve",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.Reserve(d + "/new", 4096); };
       }},
      {"Remove",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.Remove(d + "/file"); };
       },
       {"lstat"}},
      {"Remove of what is large",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.Remove(d + "/large"); };
       },
       {"lstat", "fstat", "ftruncate", "fdatasync", "open of it"}},
      {"Lock",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.Lock(d + "/LOCK").status(); };
       }},
      {"FreeBytes",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.FreeBytes(d).status(); };
       }},
      {"Size and ReadAt",
       [](FileSystem& f, const std::string& d) -> Work {
         return [file = Shared(f.OpenRead(d + "/file"))] {
           absl::Status status = file->Size().status();
           char bytes[9];
           return status.ok() ? file->ReadAt(1, bytes).status() : status;
         };
       }},
      {"OpenRead",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.OpenRead(d + "/file").status(); };
       }},
      {"Rename",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.Rename(d + "/file", d + "/new"); };
       },
       {"lstat"}},
      {"Rename of a directory",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.Rename(d + "/folder", d + "/new"); };
       },
       {"lstat"}},
      {"Link",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.Link(d + "/file", d + "/new"); };
       }},
      {"SyncDirectory",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.SyncDirectory(d); };
       }},
      {"RemoveTree",
       [](FileSystem& f, const std::string& d) -> Work {
         return [&f, d] { return f.RemoveTree(d + "/folder"); };
       }},
  };
  return operations;
}

class SystemCallsTest : public ::testing::Test {
 protected:
  // In a directory made anew, with the n-th call (from 1) refused so; 0: none.
  absl::Status Run(const Operation& operation, int refused, int error) {
    const TempDir directory;
    directory_ = directory.path();
    EXPECT_TRUE(files_.WriteFileAtomically(directory_ + "/file", "bytes").ok());
    EXPECT_TRUE(files_.WriteFileAtomically(directory_ + "/large", "").ok());
    EXPECT_EQ(truncate((directory_ + "/large").c_str(), kLargeBytes), 0);
    EXPECT_TRUE(files_.CreateDirectory(directory_ + "/folder").ok());
    const Work work = operation.prepare(files_, directory_);
    return Armed({.refused = refused, .error = error}, work);
  }

  template <class Call>
  static absl::Status Armed(Plan armed, const Call& call) {
    plan = std::move(armed);
    plan.armed = true;
    const absl::Status status = call();
    plan.armed = false;
    return status;
  }

  // The name of the call that was refused. Of a large file's removal the first open is of the file
  // itself, the second of its directory.
  static std::string Refused(const Operation& operation, int refused) {
    const std::string call = plan.made[static_cast<size_t>(refused) - 1];
    const bool first = refused <= 2 && call == "open";
    return first && operation.harmless.contains("open of it") ? "open of it" : call;
  }

  FileSystem& files_ = PosixFileSystem();
  std::string directory_;
};

TEST_F(SystemCallsTest, WhicheverFailsIsNamedWithItsFileAndItsReason) {
  for (const Operation& operation : Operations()) {
    ASSERT_EQ(Run(operation, 0, 0), absl::OkStatus()) << operation.name;
    const auto calls = static_cast<int>(plan.made.size());
    ASSERT_GT(calls, 0) << operation.name;
    for (int refused = 1; refused <= calls; ++refused) {
      const absl::Status status = Run(operation, refused, EIO);
      const std::string call = Refused(operation, refused);
      if (operation.harmless.contains(call)) {
        EXPECT_EQ(status, absl::OkStatus()) << operation.name << ": " << call;
        continue;
      }
      const bool lost = call == "read" || call == "pread";
      EXPECT_EQ(status.code(), lost ? absl::StatusCode::kDataLoss : absl::StatusCode::kInternal)
          << operation.name << ": " << call << ": " << status;
      const std::string message(status.message());
      EXPECT_THAT(message, HasSubstr(directory_)) << operation.name << ": " << call;
      EXPECT_THAT(message, HasSubstr(std::strerror(EIO))) << operation.name << ": " << call;
    }
  }
}

TEST_F(SystemCallsTest, ASignalInterruptsNothing) {
  const std::set<std::string> interruptible = {"open",    "fsync", "fdatasync",      "write",
                                               "read",    "pread", "ftruncate",      "flock",
                                               "statvfs", "msync", "posix_fallocate"};
  for (const Operation& operation : Operations()) {
    ASSERT_EQ(Run(operation, 0, 0), absl::OkStatus()) << operation.name;
    const std::vector<std::string> calls = plan.made;
    for (size_t i = 0; i < calls.size(); ++i) {
      if (!interruptible.contains(calls[i])) continue;
      EXPECT_EQ(Run(operation, static_cast<int>(i) + 1, EINTR), absl::OkStatus())
          << operation.name << ": " << calls[i];
      EXPECT_EQ(plan.made.size(), calls.size() + 1) << operation.name << ": " << calls[i];
    }
  }
}

TEST_F(SystemCallsTest, WhatIsReadAndWrittenInPiecesIsWhole) {
  const TempDir directory;
  const std::string path = directory.path() + "/file";
  const Plan pieces{.most_bytes = 2};
  EXPECT_EQ(Armed(pieces, [&] { return files_.WriteFileAtomically(path, "bytes"); }),
            absl::OkStatus());
  EXPECT_EQ(*files_.ReadFile(path), "bytes");
  std::string read;
  EXPECT_EQ(Armed(pieces,
                  [&] {
                    read = *files_.ReadFile(path);
                    return absl::OkStatus();
                  }),
            absl::OkStatus());
  EXPECT_EQ(read, "bytes");
  const auto file = *files_.OpenRead(path);
  char bytes[9];
  size_t size = 0;
  EXPECT_EQ(Armed(pieces,
                  [&] {
                    size = *file->ReadAt(1, bytes);
                    return absl::OkStatus();
                  }),
            absl::OkStatus());
  EXPECT_EQ(std::string(bytes, size), "ytes");
}

TEST_F(SystemCallsTest, AnErrorHasTheCodeThatItsCallersActOn) {
  const std::vector<std::pair<int, absl::StatusCode>> codes = {
      {ENOENT, absl::StatusCode::kNotFound},
      {ENOTDIR, absl::StatusCode::kNotFound},
      {EEXIST, absl::StatusCode::kAlreadyExists},
      {ENOTEMPTY, absl::StatusCode::kAlreadyExists},
      {ENOSPC, absl::StatusCode::kResourceExhausted},
      {EDQUOT, absl::StatusCode::kResourceExhausted},
      {EWOULDBLOCK, absl::StatusCode::kUnavailable},
      {EACCES, absl::StatusCode::kPermissionDenied},
      {EPERM, absl::StatusCode::kPermissionDenied},
      {EROFS, absl::StatusCode::kPermissionDenied},
      {EIO, absl::StatusCode::kInternal},
      {EMFILE, absl::StatusCode::kInternal}};
  for (const auto& [error, code] : codes) {
    const absl::Status status =
        Armed({.refused = 1, .error = error}, [&] { return files_.FreeBytes("/").status(); });
    EXPECT_EQ(status.code(), code) << std::strerror(error);
  }
}

TEST_F(SystemCallsTest, WhatIsBelowAFileDoesNotExist) {
  for (const int error : {ENOENT, ENOTDIR}) {
    absl::StatusOr<bool> exists = true;
    EXPECT_EQ(Armed({.refused = 1, .error = error},
                    [&] {
                      exists = files_.Exists("/any");
                      return exists.status();
                    }),
              absl::OkStatus());
    EXPECT_FALSE(*exists);
  }
}

TEST_F(SystemCallsTest, ADiskWithoutExclusiveRenamesStillReplacesNothing) {
  for (const int unknown : {EINVAL, ENOSYS}) {
    const TempDir directory;
    const std::string from = directory.path() + "/from", to = directory.path() + "/to";
    ASSERT_TRUE(files_.WriteFileAtomically(from, "bytes").ok());
    const auto rename = [&] {
      return Armed({.errors = {{"renameat2", unknown}}}, [&] { return files_.Rename(from, to); });
    };
    EXPECT_EQ(rename(), absl::OkStatus());
    EXPECT_EQ(*files_.ReadFile(to), "bytes");
    EXPECT_FALSE(*files_.Exists(from));
    ASSERT_TRUE(files_.WriteFileAtomically(from, "other").ok());
    EXPECT_EQ(rename().code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(*files_.ReadFile(to), "bytes");
  }
}

TEST_F(SystemCallsTest, ARenameWhoseOldNameStaysIsReported) {
  const TempDir directory;
  const std::string from = directory.path() + "/from", to = directory.path() + "/to";
  ASSERT_TRUE(files_.WriteFileAtomically(from, "bytes").ok());
  const absl::Status status = Armed({.errors = {{"renameat2", EINVAL}, {"unlink", EIO}}},
                                    [&] { return files_.Rename(from, to); });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal) << status;
  EXPECT_TRUE(*files_.Exists(from));
}

TEST_F(SystemCallsTest, ALinkThatTheDiskCannotMakeIsToldFromOneThatFailed) {
  const auto linked = [&](int error) {
    return Armed({.refused = 1, .error = error}, [&] { return files_.Link("/from", "/to"); });
  };
  for (const int error : {EXDEV, EPERM, EMLINK, EOPNOTSUPP}) {
    EXPECT_EQ(linked(error).code(), absl::StatusCode::kUnimplemented) << std::strerror(error);
  }
  EXPECT_EQ(linked(EEXIST).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(linked(EIO).code(), absl::StatusCode::kInternal);
}

TEST_F(SystemCallsTest, ADirectoryIsNotRenamedOverAFile) {
  EXPECT_EQ(
      Armed({.errors = {{"rename", ENOTDIR}}}, [&] { return files_.Rename("/", "/to"); }).code(),
      absl::StatusCode::kAlreadyExists);
}

}  // namespace
}  // namespace wallet
