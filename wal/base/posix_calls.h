// What those of this room who call the system have in common: errors in words, calls made again,
// descriptors that close themselves. For wal/base/posix_*.cc alone.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace wallet::posix {

// An error as file.h promises it: the path, what failed, and errno's text.
absl::Status Failed(const char* what, const std::string& path, int error = errno);

// Calls again what a signal interrupted.
template <class Call>
auto Retry(Call call) {
  decltype(call()) result;
  do {
    result = call();
  } while (result == -1 && errno == EINTR);
  return result;
}

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

// A file that it creates is its owner's alone.
absl::StatusOr<Descriptor> Open(const std::string& path, int flags);

absl::Status WriteAll(int fd, std::string_view bytes, const std::string& path);

// fdatasync.
absl::Status Sync(int fd, const std::string& path);

}  // namespace wallet::posix
