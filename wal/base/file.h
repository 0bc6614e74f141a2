// The file system as something handed in: everything the program stores outside RocksDB.
//
// Durability, as POSIX and ext4/xfs give it: bytes are durable after Sync; a name is durable after
// the directory that holds it is synced. The calls below that create or replace a name do both.
// Errors carry the path and errno's text: kNotFound for a missing file, kAlreadyExists,
// kResourceExhausted for a full disk (ENOSPC, EDQUOT), kUnavailable for a lock held by another
// process, kDataLoss for EIO, kInternal otherwise.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace wallet {

// A file that only grows. One thread at a time.
class AppendFile {
 public:
  virtual ~AppendFile() = default;
  virtual absl::Status Append(std::string_view bytes) = 0;
  // fdatasync: on OK everything appended is durable. After an error nothing may be assumed about
  // any append since the last OK, and the file must not be used further (fsync semantics on Linux).
  virtual absl::Status Sync() = 0;
};

// Who writes a large file beside the log syncs it whenever so many bytes were written: the disk
// does one after the other, and a sync of the log waits for what is before it.
inline constexpr uint64_t kSyncEveryBytes = 256 << 10;

// What goes past the page cache does so in blocks of this size, at multiples of it.
inline constexpr size_t kBulkBlockBytes = 4096;

// A file read at any place. Any thread.
class RandomAccessFile {
 public:
  virtual ~RandomAccessFile() = default;
  // As it is now.
  virtual absl::StatusOr<uint64_t> Size() = 0;
  // Fills `buffer` from `offset` on; fewer bytes only where the file ends.
  virtual absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> buffer) = 0;
  // The same for a file that is read once, from one end to the other, and then perhaps never again:
  // past the page cache where the disk can, and where place, size and memory are multiples of
  // kBulkBlockBytes.
  virtual absl::StatusOr<size_t> ReadOnce(uint64_t offset, std::span<char> buffer) {
    return ReadAt(offset, buffer);
  }
  // A hint: these bytes are read next. Whoever needs several places tells of all of them before he
  // reads the first, and the disk finds them at the same time. Changes nothing else, never fails.
  virtual void WillRead(uint64_t /*offset*/, size_t /*size*/) {}
};

// A small file mapped into memory: a store into bytes() survives the death of the process at once,
// and the loss of power once Sync has returned.
class MappedFile {
 public:
  virtual ~MappedFile() = default;
  virtual char* bytes() = 0;
  virtual size_t size() const = 0;
  // Any thread, beside stores.
  virtual absl::Status Sync() = 0;
};

// Held until destroyed, or the process dies.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

// Any thread.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // Makes the directory durable in its parent. OK if it exists already.
  virtual absl::Status CreateDirectory(const std::string& path) = 0;
  // Names (not paths) in the directory, sorted, without "." and "..".
  virtual absl::StatusOr<std::vector<std::string>> List(const std::string& path) = 0;
  virtual absl::StatusOr<bool> Exists(const std::string& path) = 0;
  virtual absl::StatusOr<std::string> ReadFile(const std::string& path) = 0;
  // Writes `path`.tmp, syncs it, renames it to `path`, syncs the directory: after a crash the file
  // is the old one or the new one, whole.
  virtual absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes) = 0;
  // Opens or creates for appending at the end.
  virtual absl::StatusOr<std::unique_ptr<AppendFile>> OpenAppend(const std::string& path) = 0;
  // Cuts the file to `size` bytes and syncs it.
  virtual absl::Status Truncate(const std::string& path, uint64_t size) = 0;
  // Maps an existing file of exactly `size` bytes (kDataLoss if its size is another).
  virtual absl::StatusOr<std::unique_ptr<MappedFile>> Map(const std::string& path, size_t size) = 0;
  // Creates a file whose `size` bytes of disk are really allocated, unless it has that size
  // already.
  virtual absl::Status Reserve(const std::string& path, uint64_t size) = 0;
  // OK if it does not exist. A large file takes a while: its blocks are given back piece by piece,
  // so that the syncs of other files need not wait for all of it. Nobody may still read it.
  virtual absl::Status Remove(const std::string& path) = 0;
  // Exclusive, across processes; kUnavailable when another holds it.
  virtual absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string& path) = 0;
  // Bytes that this process could still write to the disk `path` is on.
  virtual absl::StatusOr<uint64_t> FreeBytes(const std::string& path) = 0;

  // For files written under a temporary name. These leave the durability of names to SyncDirectory.
  // They have bodies (kUnimplemented), so that a test's double may leave out what it does not need.

  // A new file, to be written from its start; kAlreadyExists when the name is taken.
  virtual absl::StatusOr<std::unique_ptr<AppendFile>> CreateNew(const std::string&) {
    return NotOffered();
  }
  // As CreateNew, for a large file that is not read soon: where the disk can, its bytes go past the
  // page cache, a piece at a time, so that neither a sync nor a read of another file ever waits for
  // more than a piece. What was appended may be held back until Sync.
  virtual absl::StatusOr<std::unique_ptr<AppendFile>> CreateBulk(const std::string& path) {
    return CreateNew(path);
  }
  virtual absl::StatusOr<std::unique_ptr<RandomAccessFile>> OpenRead(const std::string&) {
    return NotOffered();
  }
  // Gives the file or directory `from` the name `to`, on the same disk, at once. Replaces nothing:
  // kAlreadyExists when `to` is there, unless both are directories and `to` is empty.
  virtual absl::Status Rename(const std::string& /*from*/, const std::string& /*to*/) {
    return NotOffered();
  }
  // A second name for the file `from`; kAlreadyExists when `to` is there, kUnimplemented when the
  // two are on different disks or the disk knows no links.
  virtual absl::Status Link(const std::string& /*from*/, const std::string& /*to*/) {
    return NotOffered();
  }
  virtual absl::Status SyncDirectory(const std::string&) { return NotOffered(); }
  // Removes a file, or a directory with all that is in it, and syncs the directory that held it. OK
  // if it does not exist. Links are removed, never followed.
  virtual absl::Status RemoveTree(const std::string&) { return NotOffered(); }

 private:
  static absl::Status NotOffered() {
    return absl::UnimplementedError("this file system has no such call");
  }
};

// The machine's. The object lives for ever.
FileSystem& PosixFileSystem();

}  // namespace wallet
