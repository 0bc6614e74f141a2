#include "wal/base/posix_calls.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "wal/base/mutant.h"

namespace wallet::posix {
namespace {

constexpr mode_t kFileMode = 0600;

absl::StatusCode CodeOf(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::StatusCode::kNotFound;
    case EEXIST:
    case ENOTEMPTY:
      return absl::StatusCode::kAlreadyExists;
    case ENOSPC:
    case EDQUOT:
      return absl::StatusCode::kResourceExhausted;
    case EWOULDBLOCK:
      return absl::StatusCode::kUnavailable;
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::StatusCode::kPermissionDenied;
    default:
      return absl::StatusCode::kInternal;
  }
}

}  // namespace

absl::Status Failed(const char* what, const std::string& path, int error) {
  return absl::Status(CodeOf(error), absl::StrCat(path, ": ", what, ": ", std::strerror(error)));
}

absl::StatusOr<Descriptor> Open(const std::string& path, int flags) {
  const int fd = Retry([&] { return open(path.c_str(), flags | O_CLOEXEC, kFileMode); });
  if (fd < 0) return Failed("open", path);
  return Descriptor(fd);
}

absl::Status WriteAll(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = Retry([&] { return write(fd, bytes.data(), bytes.size()); });
    if (written < 0) return Failed("write", path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status Sync(int fd, const std::string& path) {
  if (!WALLET_MUTANT("file_not_synced") && Retry([&] { return fdatasync(fd); }) != 0)
    return Failed("fdatasync", path);
  return absl::OkStatus();
}

}  // namespace wallet::posix
