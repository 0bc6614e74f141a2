#include "tests/fuzz/seeds.h"
#include "tests/support/memory_files.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/runs/run_manifest.h"
#include "wal/runs/run_writer.h"

namespace wallet::fuzz {
namespace {

constexpr uint64_t kSalt = 42;

struct Written {
  std::string file;
  RunSummary summary;
};

// Blocks of one large entry and of small ones, whose keys leap and stay.
Written WriteRun(std::optional<uint64_t> filter_groups, size_t large) {
  MemoryFiles files;
  const auto writer = RunWriter::Create(
      files, "/run", {.label = {}, .salt = kSalt, .filter_groups = filter_groups});
  WALLET_CHECK(writer.ok());
  for (const RunKey key : {RunKey{1, 5}, RunKey{1, 6}, RunKey{1, 900}, RunKey{2, 0},
                           RunKey{1'000'000, 7}, RunKey{UINT64_MAX, UINT64_MAX}}) {
    const std::string value(key.order == 900 ? large : key.order % 4, 'v');
    WALLET_CHECK((*writer)->Add(key, value).ok());
  }
  WALLET_CHECK((*writer)->Finish().ok());
  (*writer)->Keep();
  return {files.Get("/run"), (*writer)->summary()};
}

void AddRun(SeedList& seeds, const Written& run) {
  const std::string_view file = run.file;
  const auto footer =
      DecodeRunFooter(file.substr(file.size() - kRunFooterBytes), kSalt, file.size(), "run");
  WALLET_CHECK(footer.ok());
  const auto part = [&](uint64_t begin, uint64_t end) {
    return std::string(file.substr(begin, end - begin));
  };
  const std::string blocks = part(kRunHeaderBytes, footer->index.offset);
  const std::string index = part(footer->index.offset, footer->index.end());
  const std::string filter = part(footer->filter.offset, footer->filter.end());
  const std::string bit = FixedBytes(uint16_t{500});
  const std::string none = FixedBytes(uint16_t{0});
  seeds.Add("run_file", std::string(1, '\0') + bit + none + none + run.file);
  seeds.Add("run_file", "\1" + bit + FixedBytes(static_cast<uint16_t>(blocks.size())) + blocks +
                            FixedBytes(static_cast<uint16_t>(filter.size())) + filter + index);
  seeds.Add("run_index", index);

  const auto decoded = BlockIndex::Decode(index, kRunHeaderBytes);
  WALLET_CHECK(decoded.has_value());
  const std::string first = blocks.substr(0, decoded->size_bytes(0));
  const std::string seed = FixedBytes(RunChecksumSeed(kSalt, kRunHeaderBytes));
  seeds.Add("run_block", std::string(1, '\0') + seed + first);
  seeds.Add("run_block", "\1" + seed + first.substr(sizeof(uint64_t)));
}

// More blocks than fit an input, were they as large as usual.
void AddSmallBlocks(SeedList& seeds) {
  BlockIndex index(kRunHeaderBytes);
  std::string blocks;
  for (uint64_t i = 0; i < 4; ++i) {
    RunBlockBuilder builder;
    WALLET_CHECK(builder.Add({10 * i, 1}, "a") && builder.Add({10 * i, 2}, "b"));
    WALLET_CHECK(builder.Add({10 * i + 9, 0}, ""));
    const std::string_view block = builder.Seal(RunChecksumSeed(kSalt, index.end()));
    index.Add(builder.first(), static_cast<uint32_t>(block.size()));
    blocks += block;
  }
  seeds.Add("run_file", "\1" + FixedBytes(uint16_t{500}) +
                            FixedBytes(static_cast<uint16_t>(blocks.size())) + blocks +
                            FixedBytes(uint16_t{0}) + index.Encode());
  seeds.Add("run_index", index.Encode());
}

void AddManifests(SeedList& seeds, const RunSummary& summary) {
  const RunManifest manifest{
      .sequence = 3,
      .next_number = 1'000'000'000'000,
      .position = Position(2000),
      .metadata = "commit 3",
      .families = {{"rows", {{RunNumber(12), 1, summary}, {RunNumber(2), 0, summary}}},
                   {"keys", {}}}};
  for (const RunManifest& each : {manifest, RunManifest()}) {
    const std::string bytes = EncodeRunManifest(each);
    const size_t body = bytes.size() - kPreambleBytes - sizeof(uint64_t);
    seeds.Add("run_manifest", std::string(1, '\0') + bytes);
    seeds.Add("run_manifest", "\1" + bytes.substr(kPreambleBytes, body));
  }
}

}  // namespace

std::vector<Seed> RunSeeds() {
  SeedList seeds;
  const Written small = WriteRun(std::nullopt, 10);
  AddRun(seeds, small);
  AddRun(seeds, WriteRun(5, 300));
  AddRun(seeds, WriteRun(5, kRunBlockBytes));
  AddSmallBlocks(seeds);
  AddManifests(seeds, small.summary);
  return seeds.Take();
}

}  // namespace wallet::fuzz
