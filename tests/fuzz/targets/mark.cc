// u8 how, u64 a position to store, then the mark's two slots. Bits 0 and 1 put the right magic and
// checksum into a slot, bit 2 cuts the file short.
#include "wal/mark.h"

#include <optional>

#include "tests/fuzz/input.h"
#include "tests/fuzz/mapped_file.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

constexpr uint8_t kCut = 4;
constexpr size_t kSlotBytes = 4096, kFieldBytes = 64, kChecksumOffset = 56;
constexpr std::string_view kMagic = "WALMARK1";

std::string Slot(std::string_view fields, bool seal) {
  std::string slot(fields);
  slot.resize(kSlotBytes);
  if (!seal) return slot;
  slot.replace(0, kMagic.size(), kMagic);
  const uint64_t checksum = Xxh3(std::string_view(slot).substr(0, kChecksumOffset));
  std::memcpy(slot.data() + kChecksumOffset, &checksum, sizeof(checksum));
  return slot;
}

struct Intact {
  uint64_t sequence = 0;
  uint64_t position = 0;
  Sha256 hash{};
};

std::optional<Intact> ReadSlot(std::string_view file, int slot) {
  Reader reader(file.substr(slot * kSlotBytes, kFieldBytes));
  Intact intact;
  const bool magic = reader.Raw(kMagic.size()) == kMagic;
  intact.sequence = reader.Fixed<uint64_t>();
  intact.position = reader.Fixed<uint64_t>();
  intact.hash = reader.Fixed<Sha256>();
  const bool whole =
      reader.Fixed<uint64_t>() == Xxh3(file.substr(slot * kSlotBytes, kChecksumOffset));
  const bool in_place = intact.sequence % 2 == static_cast<uint64_t>(slot);
  return magic && whole && in_place ? std::optional(intact) : std::nullopt;
}

std::optional<Intact> Newest(std::string_view file) {
  const auto first = ReadSlot(file, 0), second = ReadSlot(file, 1);
  if (!first || !second) return first ? first : second;
  return second->sequence > first->sequence ? second : first;
}

void CheckHolds(const Mark& mark, Position position, const Sha256& hash) {
  const Mark::Value value = mark.Load();
  WALLET_CHECK(value.position == position && value.hash == hash);
}

// Leaves the slot that was the newest as it was; is found at once and after opening again.
void CheckStores(fuzz::MappedFileSystem& files, Mark& mark, Position position, uint64_t newest) {
  const Sha256 hash = Sha256Of({"stored"});
  mark.Store({position, hash});
  const auto before = ReadSlot(files.bytes(), static_cast<int>(newest % 2));
  WALLET_CHECK(before && before->sequence == newest);
  CheckHolds(mark, position, hash);
  const auto again = Mark::Open(files, "MARK");
  WALLET_CHECK(again.ok());
  CheckHolds(**again, position, hash);
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const uint8_t how = input.Byte();
  const Position position(input.Number<uint64_t>());
  const std::string first = Slot(input.Take(kFieldBytes), how & 1);
  std::string file = first + Slot(input.Take(kFieldBytes), how & 2);
  if (how & kCut) file.pop_back();

  fuzz::MappedFileSystem files(file);
  const auto mark = Mark::Open(files, "MARK");
  const auto newest = how & kCut ? std::nullopt : Newest(file);
  WALLET_CHECK(mark.ok() == newest.has_value());
  if (!newest) {
    WALLET_CHECK(absl::IsDataLoss(mark.status()) || absl::IsUnimplemented(mark.status()));
    return 0;
  }
  WALLET_CHECK_NOTE(files.bytes() == file, "reading changes nothing");
  CheckHolds(**mark, Position(newest->position), newest->hash);
  // 2^64 stores are never reached.
  if (newest->sequence < UINT64_MAX) CheckStores(files, **mark, position, newest->sequence);
  return 0;
}
