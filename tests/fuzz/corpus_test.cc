// Every input that a fuzzer ever found worth keeping, run once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/corpus_pack.h"
#include "tests/fuzz/seeds.h"

#define FUZZ_TARGET(name) extern "C" int Fuzz_##name(const uint8_t* data, size_t size);
#include "targets.inc"
#undef FUZZ_TARGET

namespace wallet::fuzz {
namespace {

struct Target {
  std::string name;
  int (*run)(const uint8_t* data, size_t size);
};

std::vector<Target> Targets() {
  return {
#define FUZZ_TARGET(name) {#name, Fuzz_##name},
#include "targets.inc"
#undef FUZZ_TARGET
  };
}

// A target aborts when something is wrong: the last name printed is that of the culprit.
void RunOnce(const Target& target, const std::string& name, const std::string& bytes) {
  std::printf("%s\n", name.c_str());
  std::fflush(stdout);
  // Of just its size, so that AddressSanitizer sees a read beyond.
  const std::vector<uint8_t> exact(bytes.begin(), bytes.end());
  EXPECT_EQ(target.run(exact.data(), exact.size()), 0);
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class FuzzCorpusTest : public ::testing::TestWithParam<Target> {};

TEST_P(FuzzCorpusTest, HoldsForEveryInputOfThePack) {
  const std::string path = std::string(CORPUS) + "/" + GetParam().name + ".pack";
  const auto inputs = DecodePack(ReadAll(path));
  ASSERT_TRUE(inputs.has_value()) << path;
  EXPECT_FALSE(inputs->empty()) << path;
  for (size_t i = 0; i < inputs->size(); ++i) {
    RunOnce(GetParam(), path + " " + std::to_string(i), (*inputs)[i]);
  }
}

TEST_P(FuzzCorpusTest, HoldsForTheSeedsAndForNothing) {
  RunOnce(GetParam(), "nothing", "");
  for (const Seed& seed : Seeds()) {
    if (seed.target == GetParam().name) RunOnce(GetParam(), "seed " + seed.name, seed.bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(All, FuzzCorpusTest, ::testing::ValuesIn(Targets()),
                         [](const auto& info) { return info.param.name; });

TEST(FuzzPackTest, HoldsEachInputOnceTheSmallestFirstAndNoMoreThanFits) {
  const std::string large(kMaxPackBytes / 2, 'l'), larger(kMaxPackBytes / 2 + 1, 'L');
  const std::string bytes = EncodePack({larger, "bb", large, "a", "bb", ""});
  EXPECT_LE(bytes.size(), kMaxPackBytes);
  EXPECT_EQ(DecodePack(bytes), std::vector<std::string>({"", "a", "bb", large}));
  EXPECT_FALSE(DecodePack(bytes.substr(0, bytes.size() - 1)).has_value());
}

TEST(FuzzSeedsTest, EachIsForATarget) {
  const std::vector<Target> targets = Targets();
  for (const Seed& seed : Seeds()) {
    EXPECT_TRUE(std::any_of(targets.begin(), targets.end(), [&](const Target& target) {
      return target.name == seed.target;
    })) << seed.target;
  }
}

}  // namespace
}  // namespace wallet::fuzz
