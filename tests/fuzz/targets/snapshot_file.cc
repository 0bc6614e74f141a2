// u8 how, u16 a bit to flip, u16 the size of the chunks, the chunks, then the rest. As it is (how =
// 0), chunks and rest are the file. Otherwise the rest is its manifest, and everything that a
// damaged file gets wrong is put right: the checksums, and the sizes if they are small; and,
// without bit 1 of how, the numbers of the chunks.
#include "snapshot/container.h"
#include "snapshot/format.h"
#include "snapshot/snapshot_reader.h"
#include "tests/fuzz/input.h"
#include "tests/support/memory_files.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

constexpr char kPath[] = "/snapshot";
constexpr size_t kMostChunkBytes = 16 << 10;
constexpr size_t kNumberOffset = 4, kCodecOffset = 16;
constexpr uint8_t kOwnNumbers = 2;

size_t FileBytes(const Manifest& manifest) {
  size_t size = 0;
  for (const ChunkEntry& chunk : manifest.chunks) size += kChunkHeaderBytes + chunk.stored_bytes;
  return size;
}

uint32_t NumberIn(std::string_view chunk) {
  return Reader(chunk.substr(kNumberOffset)).Fixed<uint32_t>();
}

// Gives each chunk that the manifest lists its header and checksum. Its number is the right one, or
// the one in its bytes. Whether all numbers are right.
bool SealChunks(Manifest& manifest, std::string& chunks, bool own_numbers) {
  if (FileBytes(manifest) > kMostChunkBytes) return true;
  chunks.resize(FileBytes(manifest));
  std::vector<uint32_t> counts(manifest.sections.size());
  bool right = true;
  size_t at = 0;
  for (ChunkEntry& entry : manifest.chunks) {
    std::string chunk = chunks.substr(at, kChunkHeaderBytes + entry.stored_bytes);
    const auto codec = static_cast<Codec>(chunk[kCodecOffset]);
    const uint32_t expected = counts[entry.section.value()]++;
    const uint32_t number = own_numbers ? NumberIn(chunk) : expected;
    right = right && number == expected;
    entry.checksum =
        SealChunk({entry.section, number, entry.plain_bytes, entry.stored_bytes, codec}, chunk);
    chunks.replace(at, chunk.size(), chunk);
    at += chunk.size();
  }
  return right;
}

struct Snapshot {
  std::string file;
  bool may_be_intact = true;
};

Snapshot Sealed(std::string chunks, std::string_view manifest_bytes, bool own_numbers) {
  Snapshot snapshot;
  std::string manifest_text(manifest_bytes);
  if (auto manifest = DecodeManifest(manifest_bytes)) {
    snapshot.may_be_intact = SealChunks(*manifest, chunks, own_numbers);
    manifest_text = EncodeManifest(*manifest);
  }
  std::string& file = snapshot.file;
  file = EncodePreamble(kSnapshotFormat) + chunks;
  const Footer footer{file.size(), manifest_text.size(), Xxh3(manifest_text)};
  file += manifest_text;
  file += EncodeFooter(footer, Sha256Of({file, EncodeFooterStart(footer)}));
  return snapshot;
}

absl::Status ReadAll(const SnapshotReader& reader) {
  for (const SectionInfo& section : reader.sections()) {
    uint64_t plain = 0;
    const absl::Status status = reader.ReadSection(section.name, [&](std::string_view slice) {
      plain += slice.size();
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    WALLET_CHECK(plain == section.plain_bytes && section.stored_bytes <= plain);
  }
  return absl::OkStatus();
}

bool IsIntact(const std::string& file) {
  MemoryFiles files;
  files.Put(kPath, file);
  const auto reader = SnapshotReader::Open(files, kPath);
  if (!reader.ok()) {
    WALLET_CHECK(absl::IsDataLoss(reader.status()) || absl::IsUnimplemented(reader.status()));
    return false;
  }
  const absl::Status verified = (*reader)->Verify();
  const absl::Status read = ReadAll(**reader);
  WALLET_CHECK(verified.ok() || absl::IsDataLoss(verified));
  WALLET_CHECK(read.ok() || absl::IsDataLoss(read));
  WALLET_CHECK_NOTE(read.ok() || !verified.ok(), "what was verified can be read");
  return verified.ok();
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const uint8_t how = input.Byte();
  size_t bit = input.Number<uint16_t>();
  std::string chunks(input.Take(input.Number<uint16_t>()));
  const std::string_view rest = input.Rest();
  auto [file, may_be_intact] = how == 0 ? Snapshot{chunks.append(rest)}
                                        : Sealed(std::move(chunks), rest, (how & kOwnNumbers) != 0);
  if (!IsIntact(file)) return 0;
  WALLET_CHECK_NOTE(may_be_intact, "a chunk in the place of another is found");
  bit %= file.size() * 8;
  file[bit / 8] = static_cast<char>(file[bit / 8] ^ 1 << bit % 8);
  WALLET_CHECK_NOTE(!IsIntact(file), "any change of any byte is found");
  return 0;
}
