// u8 how, u64 the seed of its checksum, then a block of a run: as it is (0), or all but its
// checksum.
#include "wal/runs/run_block.h"

#include "tests/fuzz/input.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

std::string Sealed(std::string_view contents, uint64_t seed) {
  std::string block;
  PutFixed(block, Xxh3(contents, seed));
  return block.append(contents);
}

void CheckWrittenAgain(const RunBlock& block, std::string_view bytes, uint64_t seed) {
  RunBlockBuilder builder;
  for (size_t i = 0; i < block.size(); ++i) {
    WALLET_CHECK(builder.Add(block[i].key, block[i].value));
  }
  WALLET_CHECK(builder.first() == block[0].key);
  WALLET_CHECK_NOTE(builder.Seal(seed) == bytes, "one block has one encoding");
}

void CheckFound(const RunBlock& block) {
  for (size_t i = 0; i < block.size(); ++i) {
    WALLET_CHECK(i == 0 || block[i - 1].key < block[i].key);
    WALLET_CHECK(block.LowerBound(block[i].key) == i && block.UpperBound(block[i].key) == i + 1);
  }
  WALLET_CHECK(block.LowerBound(kFirstRunKey) == 0);
  WALLET_CHECK(block.UpperBound(kLastRunKey) == block.size());
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const bool as_it_is = input.Byte() == 0;
  const auto seed = input.Number<uint64_t>();
  const std::string_view rest = input.Rest();
  const std::string bytes = as_it_is ? std::string(rest) : Sealed(rest, seed);
  RunBlock block;
  const std::string_view problem = block.Decode(bytes, seed);
  WALLET_CHECK(problem.empty() == (block.size() > 0));
  if (!problem.empty()) return 0;
  CheckWrittenAgain(block, bytes, seed);
  CheckFound(block);
  WALLET_CHECK_NOTE(!RunBlock().Decode(bytes, seed + 1).empty(), "it has its place");
  return 0;
}
