// Moves corpora between packs and the directories that libFuzzer reads.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/corpus_pack.h"
#include "tests/fuzz/seeds.h"

namespace wallet::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr char kUsage[] =
    "usage: corpus_tool seeds DIRECTORY        writes DIRECTORY/<target>/<seed>\n"
    "       corpus_tool unpack PACK DIRECTORY  writes each input of a pack\n"
    "       corpus_tool pack DIRECTORY PACK    packs the files of a directory\n";

int Fail(const fs::path& path, const char* what) {
  std::fprintf(stderr, "%s: %s\n", path.c_str(), what);
  return 1;
}

int Write(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  return file.flush() ? 0 : Fail(path, "can't be written");
}

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

int WriteSeeds(const fs::path& directory) {
  int failed = 0;
  for (const Seed& seed : Seeds()) failed |= Write(directory / seed.target / seed.name, seed.bytes);
  return failed;
}

int Unpack(const fs::path& pack, const fs::path& directory) {
  const auto inputs = DecodePack(Read(pack));
  if (!inputs) return Fail(pack, "is no pack of inputs");
  int failed = 0;
  for (size_t i = 0; i < inputs->size(); ++i) {
    failed |= Write(directory / std::to_string(i), (*inputs)[i]);
  }
  return failed;
}

int Pack(const fs::path& directory, const fs::path& pack) {
  std::vector<std::string> inputs;
  for (const auto& file : fs::directory_iterator(directory)) inputs.push_back(Read(file.path()));
  const std::string bytes = EncodePack(inputs);
  std::printf("%zu of %zu inputs, %zu bytes\n", DecodePack(bytes)->size(), inputs.size(),
              bytes.size());
  return Write(pack, bytes);
}

int Run(const std::vector<std::string>& arguments) {
  const std::string command = arguments.empty() ? "" : arguments[0];
  if (command == "seeds" && arguments.size() == 2) return WriteSeeds(arguments[1]);
  if (command == "unpack" && arguments.size() == 3) return Unpack(arguments[1], arguments[2]);
  if (command == "pack" && arguments.size() == 3) return Pack(arguments[1], arguments[2]);
  std::fputs(kUsage, stderr);
  return 2;
}

}  // namespace
}  // namespace wallet::fuzz

int main(int argc, char** argv) { return wallet::fuzz::Run({argv + 1, argv + argc}); }
