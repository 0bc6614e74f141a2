// A walletd whose wall clock is told what to show, by libfaketime; its steady clock goes on.
#pragma once

#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/support/walletd.h"

namespace wallet::crash {

class FakeClockFile {
 public:
  // `path` is the file that says how far the clock is off. kUnimplemented when the library is not
  // installed.
  static absl::StatusOr<FakeClockFile> Make(std::string path);

  // How far from the machine's clock; a program that runs follows at its next look.
  void SetOff(std::chrono::seconds offset) const;
  Surroundings surroundings() const;

 private:
  FakeClockFile(std::string path, std::string library)
      : path_(std::move(path)), library_(std::move(library)) {}

  std::string path_;
  std::string library_;
};

}  // namespace wallet::crash
