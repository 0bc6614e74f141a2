#include "tests/crash/files.h"

#include <filesystem>
#include <fstream>

#include "tests/support/process.h"

namespace wallet::crash {

namespace fs = std::filesystem;

Files ReadFiles(const std::string& directory) {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const std::string name = fs::relative(entry.path(), directory);
    if (entry.is_regular_file() && name != "RESERVE") files[name] = ReadWholeFile(entry.path());
  }
  return files;
}

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace wallet::crash
