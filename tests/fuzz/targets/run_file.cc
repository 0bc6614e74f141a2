// u8 how, u16 a bit to flip, u16 the size of the blocks, the blocks, u16 the size of the filter,
// the filter, then the rest. As it is (how = 0), all of that is the file. Otherwise the rest is its
// index, and everything that a damaged file gets wrong is put right: checksums, sizes, counts,
// keys.
#include <algorithm>

#include "tests/fuzz/input.h"
#include "tests/support/memory_files.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/base/file_hash.h"
#include "wal/base/hash.h"
#include "wal/runs/limits.h"
#include "wal/runs/run_reader.h"

namespace wallet {
namespace {

constexpr char kPath[] = "/run";
constexpr uint64_t kSalt = 42;
constexpr size_t kMostBlockBytes = 16 << 10;

struct Parts {
  std::string blocks;
  std::string filter;
  std::string index;
};

// Adds what the block holds to what the footer says of all.
void Count(const RunBlock& block, RunSummary& summary) {
  for (size_t i = 0; i < block.size(); ++i) {
    const RunKey key = block[i].key;
    if (summary.entries++ == 0) summary.first = key;
    if (summary.groups == 0 || key.group != summary.last.group) ++summary.groups;
    summary.last = key;
  }
}

// Gives each block that the index lists its checksum.
RunSummary SealBlocks(const BlockIndex& index, std::string& blocks) {
  RunSummary summary;
  blocks.resize(index.end() - kRunHeaderBytes);
  for (size_t i = 0; i < index.blocks(); ++i) {
    const size_t at = index.offset(i) - kRunHeaderBytes;
    std::string block = blocks.substr(at, index.size_bytes(i));
    if (block.size() < sizeof(uint64_t)) continue;
    const uint64_t seed = RunChecksumSeed(kSalt, index.offset(i));
    const uint64_t checksum = Xxh3(std::string_view(block).substr(sizeof(uint64_t)), seed);
    std::memcpy(block.data(), &checksum, sizeof(checksum));
    blocks.replace(at, block.size(), block);
    RunBlock decoded;
    if (decoded.Decode(block, seed).empty()) Count(decoded, summary);
  }
  return summary;
}

RunPart Append(std::string_view part, std::string& file) {
  const uint64_t offset = file.size();
  file.append(part);
  return {offset, part.size(), Xxh3(part, RunChecksumSeed(kSalt, offset))};
}

std::string Sealed(Parts parts) {
  RunFooter footer;
  const auto index = BlockIndex::Decode(parts.index, kRunHeaderBytes);
  if (index && index->end() <= kMostBlockBytes) {
    footer.summary = SealBlocks(*index, parts.blocks);
    footer.blocks = index->blocks();
  }
  std::string file = EncodeRunHeader(kSalt) + parts.blocks;
  footer.index = Append(parts.index, file);
  footer.filter = Append(parts.filter, file);
  FileHash hash;
  hash.Update(file);
  footer.summary.hash = hash.Digest();
  return file + EncodeRunFooter(footer, kSalt);
}

struct Scanned {
  absl::Status status;
  std::vector<RunKey> keys;
};

Scanned Scan(const RunReader& run, bool back) {
  Scanned scanned;
  const auto visit = [&](const RunEntry& entry) {
    scanned.keys.push_back(entry.key);
    return true;
  };
  scanned.status = back ? run.ScanBack(kFirstRunKey, kLastRunKey, visit)
                        : run.Scan(kFirstRunKey, kLastRunKey, visit);
  WALLET_CHECK(scanned.status.ok() || absl::IsDataLoss(scanned.status));
  return scanned;
}

void CheckEntries(const RunReader& run, const Scanned& forward, Scanned back) {
  std::reverse(back.keys.begin(), back.keys.end());
  WALLET_CHECK(forward.keys == back.keys);
  WALLET_CHECK(forward.keys.size() == run.summary().entries);
  WALLET_CHECK(std::is_sorted(forward.keys.begin(), forward.keys.end()));
  for (const RunKey key : forward.keys) WALLET_CHECK(run.MayContain(key.group));
}

bool IsIntact(const std::string& file) {
  MemoryFiles files;
  files.Put(kPath, file);
  const auto run = RunReader::Open(files, kPath, kPath);
  if (!run.ok()) {
    WALLET_CHECK(absl::IsDataLoss(run.status()) || absl::IsUnimplemented(run.status()));
    return false;
  }
  const absl::Status verified = (*run)->Verify([](uint64_t, uint64_t) { return true; });
  WALLET_CHECK(verified.ok() || absl::IsDataLoss(verified));
  const Scanned forward = Scan(**run, false), back = Scan(**run, true);
  WALLET_CHECK_NOTE(forward.status.ok() == back.status.ok(), "damage is seen from either end");
  WALLET_CHECK_NOTE(forward.status.ok() || !verified.ok(), "what was verified can be read");
  (*run)->MayContain(file.size());
  if (verified.ok()) CheckEntries(**run, forward, back);
  return verified.ok();
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const bool as_it_is = input.Byte() == 0;
  size_t bit = input.Number<uint16_t>();
  Parts parts;
  parts.blocks = input.Take(input.Number<uint16_t>());
  parts.filter = input.Take(input.Number<uint16_t>());
  parts.index = input.Rest();
  std::string file =
      as_it_is ? parts.blocks + parts.filter + parts.index : Sealed(std::move(parts));
  if (!IsIntact(file)) return 0;
  bit %= file.size() * 8;
  file[bit / 8] = static_cast<char>(file[bit / 8] ^ 1 << bit % 8);
  WALLET_CHECK_NOTE(!IsIntact(file), "any change of any byte is found");
  return 0;
}
