#include "snapshot/file_copy.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "snapshot/limits.h"
#include "snapshot/sha256_stream.h"

namespace wallet {
namespace {

using Slice = absl::FunctionRef<absl::Status(std::string_view)>;

absl::Status ForEachSlice(FileSystem& files, const std::string& path, uint64_t bytes, Slice visit) {
  auto file = files.OpenRead(path);
  if (!file.ok()) return file.status();
  std::string buffer(std::min<uint64_t>(bytes, kCopySliceBytes), '\0');
  for (uint64_t offset = 0; offset < bytes;) {
    const uint64_t want = std::min<uint64_t>(bytes - offset, buffer.size());
    const auto read = (*file)->ReadAt(offset, {buffer.data(), want});
    if (!read.ok()) return read.status();
    if (*read < want) {
      return absl::FailedPreconditionError(
          absl::StrCat(path, ": has ", offset + *read, " bytes, ", bytes, " were expected"));
    }
    if (absl::Status status = visit({buffer.data(), want}); !status.ok()) return status;
    offset += want;
  }
  return absl::OkStatus();
}

// Appends and, now and then, syncs.
class CopyTarget {
 public:
  explicit CopyTarget(AppendFile& file) : file_(file) {}

  absl::Status Append(std::string_view slice) {
    if (absl::Status status = file_.Append(slice); !status.ok()) return status;
    unsynced_bytes_ += slice.size();
    if (unsynced_bytes_ < kSyncEveryBytes) return absl::OkStatus();
    unsynced_bytes_ = 0;
    return file_.Sync();
  }

 private:
  AppendFile& file_;
  uint64_t unsynced_bytes_ = 0;
};

}  // namespace

absl::StatusOr<Sha256> HashFile(FileSystem& files, const std::string& path, uint64_t bytes,
                                SliceDone done) {
  Sha256Stream hash;
  const absl::Status status = ForEachSlice(files, path, bytes, [&](std::string_view slice) {
    hash.Update(slice);
    return done(slice.size());
  });
  if (!status.ok()) return status;
  return hash.Finish();
}

absl::StatusOr<Sha256> CopyFile(FileSystem& files, const std::string& from, const std::string& to,
                                uint64_t bytes, SliceDone done) {
  auto file = files.CreateNew(to);
  if (!file.ok()) return file.status();
  CopyTarget target(**file);
  Sha256Stream hash;
  absl::Status status = ForEachSlice(files, from, bytes, [&](std::string_view slice) {
    hash.Update(slice);
    absl::Status appended = target.Append(slice);
    return appended.ok() ? done(slice.size()) : appended;
  });
  if (status.ok()) status = (*file)->Sync();
  if (!status.ok()) return status;
  return hash.Finish();
}

absl::Status SyncFile(FileSystem& files, const std::string& path) {
  auto file = files.OpenAppend(path);
  return file.ok() ? (*file)->Sync() : file.status();
}

absl::StatusOr<uint64_t> FileBytes(FileSystem& files, const std::string& path) {
  auto file = files.OpenRead(path);
  if (!file.ok()) return file.status();
  return (*file)->Size();
}

}  // namespace wallet
