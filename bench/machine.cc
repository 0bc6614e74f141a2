#include "bench/machine.h"

#include <fstream>
#include <thread>

namespace wallet::bench {
namespace {

std::string CpuModel() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

}  // namespace

Machine ThisMachine() {
  const std::string build = WALLET_BUILD;
  return {.cores = std::thread::hardware_concurrency(),
          .cpu = CpuModel(),
          .build = build,
          .release = build == "Release"};
}

}  // namespace wallet::bench
