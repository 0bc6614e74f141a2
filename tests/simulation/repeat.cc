#include "tests/simulation/repeat.h"

#include <unistd.h>

#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"

namespace wallet::simulation {
namespace {

std::string OwnPath() {
  char path[4096];
  const ssize_t size = readlink("/proc/self/exe", path, sizeof(path));
  return size > 0 ? std::string(path, static_cast<size_t>(size)) : "";
}

// A line "<seed> <hash>"; empty at the end.
std::string NextLine(std::FILE* pipe) {
  char line[256];
  return std::fgets(line, sizeof(line), pipe) ? line : "";
}

}  // namespace

bool CheckRepeats(const Options& options) {
  const std::string command = absl::StrCat(
      "'", OwnPath(), "' --hashes --seeds ", options.first_seed, "-", options.last_seed,
      options.calls ? absl::StrCat(" --calls ", *options.calls) : "");
  std::FILE* first = popen(command.c_str(), "r");
  std::FILE* second = popen(command.c_str(), "r");
  uint64_t lines = 0;
  bool same = true;
  for (std::string line = NextLine(first); !line.empty(); line = NextLine(first)) {
    ++lines;
    const std::string other = NextLine(second);
    if (line == other) continue;
    same = false;
    std::printf("not the same in two processes: %s and %s", line.c_str(), other.c_str());
    break;
  }
  const bool ended = pclose(first) == 0 && pclose(second) == 0;
  const bool all = lines == options.last_seed - options.first_seed + 1;
  std::printf("%llu seeds, each in two processes: %s\n", static_cast<unsigned long long>(lines),
              same && ended && all ? "the same" : "NOT the same, or failed");
  return same && ended && all;
}

}  // namespace wallet::simulation
