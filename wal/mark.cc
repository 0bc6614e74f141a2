#include "wal/mark.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

constexpr uint64_t kMagic = 0x314b52414d4c4157;  // "WALMARK1"
constexpr char kVersion = '1';                   // what the magic ends with
constexpr int kSlots = Mark::kSlotCount;
// Each slot in a disk sector of its own: a torn write damages one at most.
constexpr size_t kSlotBytes = 4096;

struct Slot {
  uint64_t magic;
  uint64_t sequence;
  uint64_t position;
  uint8_t hash[32];
  uint64_t checksum;  // of the bytes before
};
static_assert(sizeof(Slot) == 64);

uint64_t Checksum(const Slot& slot) {
  return Xxh3({reinterpret_cast<const char*>(&slot), offsetof(Slot, checksum)});
}

Slot MakeSlot(uint64_t sequence, const Mark::Value& value) {
  Slot slot{.magic = kMagic, .sequence = sequence, .position = value.position.value()};
  std::memcpy(slot.hash, value.hash.data(), value.hash.size());
  slot.checksum = Checksum(slot);
  return slot;
}

// The slot at that place, if it is intact.
std::optional<Slot> SlotAt(const char* bytes, int place) {
  Slot slot;
  std::memcpy(&slot, bytes + place * kSlotBytes, sizeof(slot));
  if (slot.magic != kMagic || slot.checksum != Checksum(slot)) return std::nullopt;
  // Written to the other's place, it would be the one that the next store replaces.
  if (slot.sequence % kSlots != static_cast<uint64_t>(place)) return std::nullopt;
  return slot;
}

// Of a mark without an intact slot: whether a newer program wrote it.
absl::Status CheckVersion(const char* bytes, const std::string& path) {
  for (int i = 0; i < kSlots; ++i) {
    const std::string_view magic(bytes + i * kSlotBytes, sizeof(kMagic));
    const char version = magic.back();
    if (!magic.starts_with("WALMARK") || version <= kVersion || version > '9') continue;
    return absl::UnimplementedError(absl::StrCat(
        "the log's high-water mark ", path, " has format version ", std::string(1, version),
        "; this program reads versions up to ", std::string(1, kVersion), ". Use a newer one."));
  }
  return absl::OkStatus();
}

// The newest intact slot of the file.
std::optional<Slot> Newest(const char* bytes) {
  std::optional<Slot> newest;
  for (int i = 0; i < kSlots; ++i) {
    const std::optional<Slot> slot = SlotAt(bytes, i);
    if (!slot) continue;
    if (!newest || (slot->sequence > newest->sequence) != WALLET_MUTANT("older_mark_read"))
      newest = slot;
  }
  return newest;
}

}  // namespace

absl::Status Mark::Create(FileSystem& files, const std::string& path, const Value& end) {
  const Slot slot = MakeSlot(1, end);
  std::string bytes(kSlots * kSlotBytes, '\0');
  std::memcpy(bytes.data() + kSlotBytes, &slot, sizeof(slot));
  return files.WriteFileAtomically(path, bytes);
}

absl::StatusOr<std::unique_ptr<Mark>> Mark::Open(FileSystem& files, const std::string& path) {
  auto file = files.Map(path, kSlots * kSlotBytes);
  const bool lost = absl::IsNotFound(file.status()) || absl::IsDataLoss(file.status());
  if (!file.ok() && !lost) return file.status();  // the disk has failed, the file has not
  if (!file.ok()) {
    return absl::DataLossError(absl::StrCat(
        "the log's high-water mark can't be opened (", file.status().message(),
        "): without it, a loss at the log's end could not be seen. Restore the file or a backup."));
  }
  std::unique_ptr<Mark> mark(new Mark(*std::move(file)));
  const std::optional<Slot> newest = Newest(mark->file_->bytes());
  if (!newest) {
    if (absl::Status status = CheckVersion(mark->file_->bytes(), path); !status.ok()) return status;
    return absl::DataLossError(absl::StrCat("the log's high-water mark ", path,
                                            " is damaged: no slot is intact. Restore a backup."));
  }
  mark->sequence_ = newest->sequence;
  return mark;
}

Mark::Value Mark::Load() const {
  Value value;
  if (const std::optional<Slot> newest = Newest(file_->bytes())) {
    value.position = Position(newest->position);
    std::memcpy(value.hash.data(), newest->hash, value.hash.size());
  }
  return value;
}

int Mark::damaged_slots() const {
  int damaged = 0;
  for (int i = 0; i < kSlots; ++i) {
    const char* const slot = file_->bytes() + i * kSlotBytes;
    // A new mark has one slot that was never written.
    const bool written = std::any_of(slot, slot + sizeof(Slot), [](char c) { return c != 0; });
    if (written && !SlotAt(file_->bytes(), i)) ++damaged;
  }
  return damaged;
}

void Mark::Store(const Value& value) {
  const Slot slot = MakeSlot(++sequence_, value);
  std::memcpy(
      file_->bytes() + (sequence_ + WALLET_MUTANT("newest_mark_overwritten")) % kSlots * kSlotBytes,
      &slot, sizeof(slot));
}

}  // namespace wallet
