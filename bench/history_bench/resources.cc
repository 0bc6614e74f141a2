#include "bench/history_bench/resources.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace wallet::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kLookEvery{20};
constexpr uint64_t kStatBlockBytes = 512;  // of st_blocks

void Raise(std::atomic<uint64_t>& highest, uint64_t value) {
  if (value > highest.load(std::memory_order_relaxed)) highest = value;
}

int64_t MicrosOf(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

bool DropAll() {
  std::ofstream drop("/proc/sys/vm/drop_caches");
  drop << "3\n";
  drop.close();
  return drop.good();
}

bool DropFile(const fs::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool dropped = posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0;
  close(file);
  return dropped;
}

}  // namespace

uint64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  uint64_t size = 0, resident = 0;
  file >> size >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

int64_t ProcessorMicros() { return MicrosOf(CLOCK_PROCESS_CPUTIME_ID); }
int64_t ThreadMicros() { return MicrosOf(CLOCK_THREAD_CPUTIME_ID); }

uint64_t DiskBytes(const std::string& directory) {
  uint64_t bytes = 0;
  std::error_code gone;  // files come and go
  for (const auto& entry : fs::recursive_directory_iterator(directory, gone)) {
    struct stat found {};
    if (stat(entry.path().c_str(), &found) != 0 || !S_ISREG(found.st_mode)) continue;
    bytes += static_cast<uint64_t>(found.st_blocks) * kStatBlockBytes;
  }
  return bytes;
}

bool DropPageCache(const std::string& directory) {
  sync();
  if (DropAll()) return true;
  bool dropped = true;
  std::error_code gone;
  for (const auto& entry : fs::recursive_directory_iterator(directory, gone)) {
    if (entry.is_regular_file(gone)) dropped &= DropFile(entry.path());
  }
  return dropped;
}

PeakMemory::PeakMemory() : thread_([this] { Watch(); }) {}

PeakMemory::~PeakMemory() {
  ended_ = true;
  thread_.join();
}

void PeakMemory::Watch() {
  while (!ended_) {
    const uint64_t now = ResidentBytes();
    Raise(peak_, now);
    Raise(window_, now);
    std::this_thread::sleep_for(kLookEvery);
  }
}

}  // namespace wallet::bench
