// A file system of a chosen size, in memory, that only the processes told to can see: mounted in
// user and mount namespaces of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/support/process.h"

namespace wallet::crash {

class SmallDisk {
 public:
  // At `path`, which must exist. kUnimplemented, and why, when this machine allows no such
  // namespaces.
  static absl::StatusOr<std::unique_ptr<SmallDisk>> Mount(const std::string& path, uint64_t bytes);

  const std::string& path() const { return path_; }
  // For Surroundings: what is started so sees the disk.
  std::vector<std::string> Wrapper() const;

  absl::Status Resize(uint64_t bytes);
  // Resizes it so that so much is left free, and no more.
  absl::Status LeaveFree(uint64_t bytes);

 private:
  explicit SmallDisk(std::string path) : path_(std::move(path)) {}
  absl::StatusOr<std::string> Run(std::vector<std::string> command) const;

  const std::string path_;
  std::string log_;
  std::unique_ptr<Process> holder_;  // of the namespaces
};

}  // namespace wallet::crash
