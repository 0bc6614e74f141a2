#include "tests/crash/fake_clock_file.h"

#include <filesystem>
#include <fstream>

namespace wallet::crash {
namespace {

namespace fs = std::filesystem;

// Debian puts it under the architecture's name.
std::string FindLibrary() {
  std::error_code none;
  for (const auto& architecture : fs::directory_iterator("/usr/lib", none)) {
    const fs::path library = architecture.path() / "faketime" / "libfaketimeMT.so.1";
    if (fs::exists(library, none)) return library;
  }
  return "";
}

}  // namespace

absl::StatusOr<FakeClockFile> FakeClockFile::Make(std::string path) {
  std::string library = FindLibrary();
  if (library.empty()) return absl::UnimplementedError("libfaketime is not installed");
  FakeClockFile clock(std::move(path), std::move(library));
  clock.SetOff(std::chrono::seconds(0));
  return clock;
}

void FakeClockFile::SetOff(std::chrono::seconds offset) const {
  // In one step: a half-written file would be another time.
  std::ofstream(path_ + ".tmp") << (offset.count() < 0 ? "" : "+") << offset.count() << "s\n";
  fs::rename(path_ + ".tmp", path_);
}

Surroundings FakeClockFile::surroundings() const {
  return {.wrapper = {},
          .environment = {{"LD_PRELOAD", library_},
                          {"FAKETIME_TIMESTAMP_FILE", path_},
                          {"FAKETIME_NO_CACHE", "1"},
                          {"FAKETIME_DONT_FAKE_MONOTONIC", "1"},
                          {"DONT_FAKE_MONOTONIC", "1"}}};
}

}  // namespace wallet::crash
